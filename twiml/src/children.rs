//! The macro behind each "what may stand in this element" enum.

use alloc::vec::Vec;

/// Adds a child, making room at first for as many as `bytes` hold: few elements have more, and growing step by step
/// costs more than the room.
#[inline]
pub(crate) fn add<Child>(children: &mut Vec<Child>, bytes: usize, child: Child) {
    if children.capacity() == 0 {
        *children = room(bytes);
    }
    children.push(child);
}

/// Not inlined: it would stand in a host's code as often as a child is added there.
#[inline(never)]
fn room<Child>(bytes: usize) -> Vec<Child> {
    Vec::with_capacity(bytes / size_of::<Child>())
}

/// Declares the children of an element: the enum, its conversions, and how it is written and read.
macro_rules! children {
    (
        $(#[$doc:meta])*
        $name:ident {
            $( $variant:ident($held:ty) from $element:ty, )*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = concat!("`<", stringify!($variant), ">`: see [`", stringify!($element), "`].")]
                $variant($held),
            )*
            /// A comment.
            Comment(crate::Comment),
            /// Something that the vocabulary does not allow here.
            Unchecked(crate::Node),
        }

        $(
            impl From<$element> for $name {
                fn from(element: $element) -> Self {
                    Self::$variant(element.into())
                }
            }
        )*

        impl From<crate::Comment> for $name {
            fn from(comment: crate::Comment) -> Self {
                Self::Comment(comment)
            }
        }

        impl crate::render::RenderChild for $name {
            fn render<'m>(&'m self, x: &mut crate::render::Xml<'m>) {
                match self {
                    $( Self::$variant(element) => x.element::<$element>(element), )*
                    Self::Comment(comment) => x.comment(comment),
                    Self::Unchecked(node) => x.node(node),
                }
            }
        }

        #[cfg(feature = "parse")]
        impl crate::parse::ParseChild for $name {
            fn parse(
                tag: &crate::parse::Tag<'_>,
                reader: &mut crate::parse::Reader<'_>,
            ) -> crate::parse::Result<Option<Self>> {
                // Once for all: finding where the name ends costs more than comparing it.
                let name = tag.name();
                $(
                    if tag.opens::<$element>(name, reader) {
                        let element = <$element as crate::parse::Parse>::parse(tag, reader)?;
                        return Ok(Some(Self::$variant(element.into())));
                    }
                )*
                Ok(None)
            }

            fn comment(comment: crate::Comment) -> Self {
                Self::Comment(comment)
            }

            fn unchecked(node: crate::Node) -> Self {
                Self::Unchecked(node)
            }
        }
    };
}

pub(crate) use children;

/// Declares the nodes of mixed content: elements between pieces of text.
macro_rules! mixed {
    (
        $(#[$doc:meta])*
        $name:ident { $( $variant:ident, )* }
        nested { $( $nested:ident, )* }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $name {
            /// Text that is spoken.
            Text(crate::Text),
            $(
                #[doc = concat!("See [`", stringify!($variant), "`].")]
                $variant(alloc::boxed::Box<$variant>),
            )*
            /// A comment.
            Comment(crate::Comment),
            /// Something that the vocabulary does not allow here.
            Unchecked(crate::Node),
        }

        impl $name {
            /// What stands inside this node, if it is an element with mixed content.
            #[must_use]
            pub fn content(&self) -> &[Self] {
                match self {
                    $( Self::$nested(element) => element.content(), )*
                    _ => &[],
                }
            }

            pub(crate) fn move_content_to(&mut self, nodes: &mut alloc::vec::Vec<Self>) {
                match self {
                    $( Self::$nested(element) => element.content.move_to(nodes), )*
                    _ => {}
                }
            }
        }

        $(
            impl From<$variant> for $name {
                fn from(element: $variant) -> Self {
                    Self::$variant(element.into())
                }
            }
        )*

        impl From<crate::Comment> for $name {
            fn from(comment: crate::Comment) -> Self {
                Self::Comment(comment)
            }
        }

        impl crate::render::RenderChild for $name {
            fn render<'m>(&'m self, x: &mut crate::render::Xml<'m>) {
                match self {
                    Self::Text(text) => x.text(text),
                    $( Self::$variant(element) => x.element::<$variant>(element), )*
                    Self::Comment(comment) => x.comment(comment),
                    Self::Unchecked(node) => x.node(node),
                }
            }
        }

        #[cfg(feature = "parse")]
        impl crate::parse::ParseChild for $name {
            fn parse(
                tag: &crate::parse::Tag<'_>,
                reader: &mut crate::parse::Reader<'_>,
            ) -> crate::parse::Result<Option<Self>> {
                // Once for all: finding where the name ends costs more than comparing it.
                let name = tag.name();
                $(
                    if tag.opens::<$variant>(name, reader) {
                        let element = <$variant as crate::parse::Parse>::parse(tag, reader)?;
                        return Ok(Some(Self::$variant(element.into())));
                    }
                )*
                Ok(None)
            }

            fn comment(comment: crate::Comment) -> Self {
                Self::Comment(comment)
            }

            fn unchecked(node: crate::Node) -> Self {
                Self::Unchecked(node)
            }
        }
    };
}

pub(crate) use mixed;
