//! One declaration per kind of request: the struct, its parameter names and how it is read.

use crate::{ParamError, Params};

/// A typed request that can be read from the parameters of one.
///
/// All request types of this crate have it; implement it for your own, for instance for a handler
/// that serves two kinds at one URL. [`Params`] has it too and takes everything.
pub trait FromParams: Sized {
    /// Reads the request.
    ///
    /// # Errors
    /// [`ParamError`] names the first parameter that is missing or malformed.
    fn from_params(params: &Params) -> Result<Self, ParamError>;
}

impl FromParams for Params {
    fn from_params(params: &Params) -> Result<Self, ParamError> {
        Ok(params.clone())
    }
}

/// Declares typed requests.
///
/// `Type` makes a parameter required, `Option<Type>` optional. `or` gives it a second name, `and`
/// names the further parameters that a field is made of. A struct `about` something has the
/// parameters that all requests about such a thing share in a field of its own.
macro_rules! callback {
    (
        $(#[$doc:meta])*
        pub struct $name:ident $(about $about:ident: $context:ident)? {
            $(
                $(#[$field_doc:meta])*
                pub $field:ident: $type:ty = $param:literal $(or $alias:literal)* $(and $part:literal)*,
            )*
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $(
                /// What the request is about.
                pub $about: $context,
            )?
            $(
                $(#[$field_doc])*
                #[doc = concat!("\n\nParameter `", $param, "`", $(", `", $part, "`",)* ".")]
                pub $field: $type,
            )*
            /// The parameters that no field of this type is for.
            pub extra: crate::Params,
        }

        impl $name {
            /// The names of this kind's own parameters.
            pub const PARAMETERS: &'static [&'static str] =
                &[$($param $(, $alias)* $(, $part)*),*];

            /// Reads the request.
            ///
            /// # Errors
            /// [`ParamError`](crate::ParamError) names the first parameter that is missing or
            /// malformed.
            pub fn from_params(params: &crate::Params) -> Result<Self, crate::ParamError> {
                Ok(Self {
                    $($about: $context::from_params(params)?,)?
                    $(
                        $field: crate::value::Field::read(
                            params,
                            &[$param $(, $alias)* $(, $part)*],
                        )?,
                    )*
                    extra: params.without(&[Self::PARAMETERS $(, $context::PARAMETERS)?]),
                })
            }
        }

        crate::callback::from_params_traits!($name);
    };
}

macro_rules! from_params_traits {
    ($name:ident) => {
        impl crate::FromParams for $name {
            fn from_params(params: &crate::Params) -> Result<Self, crate::ParamError> {
                Self::from_params(params)
            }
        }

        impl TryFrom<&crate::Params> for $name {
            type Error = crate::ParamError;

            fn try_from(params: &crate::Params) -> Result<Self, crate::ParamError> {
                Self::from_params(params)
            }
        }
    };
}

pub(crate) use callback;
pub(crate) use from_params_traits;
