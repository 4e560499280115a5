/// Declares a value list that stays open: known values are variants, any other is `Other`.
macro_rules! open_enum {
    (
        $(#[$doc:meta])*
        $name:ident { $( $(#[$variant_doc:meta])* $variant:ident = $value:literal, )* }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = concat!("`", $value, "`")]
                $(#[$variant_doc])*
                $variant,
            )*
            /// A value that this crate does not know.
            Other(crate::Text),
        }

        impl $name {
            /// Every known value, sorted as text.
            pub const ALL: &'static [Self] = &[$( Self::$variant, )*];

            pub(crate) const NAMES: &'static [&'static str] = &[$( $value, )*];

            /// The value as it stands in a document.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $value, )*
                    Self::Other(value) => value,
                }
            }

            fn known(value: &str) -> Option<Self> {
                const SLOTS: usize = crate::value::slots($name::NAMES.len());
                static INDEX: crate::value::Index<SLOTS> = crate::value::Index::new($name::NAMES);
                INDEX.find($name::NAMES, value).map(|at| Self::ALL[at].clone())
            }

            fn of(value: crate::Text) -> Self {
                Self::known(&value).unwrap_or(Self::Other(value))
            }
        }

        impl From<&'static str> for $name {
            #[inline]
            fn from(value: &'static str) -> Self {
                Self::of(value.into())
            }
        }

        impl From<alloc::string::String> for $name {
            #[inline]
            fn from(value: alloc::string::String) -> Self {
                Self::of(value.into())
            }
        }

        impl From<crate::Text> for $name {
            #[inline]
            fn from(value: crate::Text) -> Self {
                Self::of(value)
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl crate::value::AttributeValue for $name {
            const EXPECTED: &'static str = concat!("a value of ", stringify!($name));

            fn write(&self, x: &mut crate::render::Xml<'_>) {
                match self {
                    Self::Other(value) => x.value(value),
                    known => x.plain(known.as_str()),
                }
            }

            fn read(value: &str) -> Option<Self> {
                Some(Self::known(value).unwrap_or_else(|| Self::Other(crate::Text::Owned(value.into()))))
            }
        }
    };
}

pub(crate) use open_enum;
