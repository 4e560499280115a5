//! Why a case cannot be played.

/// A case that is not in the form of a case, or that leads to what is not simulated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaseError {
    /// The file holds no list of cases.
    #[error("no cases: the file must be a list of cases, or an object with one under \"cases\"")]
    NoCases,
    /// A word that has no meaning where it stands.
    #[error("{word:?} is not a word of {place}")]
    UnknownWord {
        /// The word.
        word: String,
        /// Where it stands.
        place: String,
    },
    /// Something that must be there is not, or is of another kind.
    #[error("{place} needs {what}")]
    Needs {
        /// Where.
        place: String,
        /// What is missing or wrong.
        what: String,
    },
    /// The simulator cannot set the scene or play it.
    #[error(transparent)]
    Simulator(#[from] twilio_simulator::Error),
    /// The simulator's own REST interface does not answer.
    #[error("the REST interface does not answer")]
    Rest(#[from] crate::rest::RestError),
}

impl CaseError {
    pub(super) fn unknown(word: &str, place: &str) -> Self {
        Self::UnknownWord {
            word: word.to_owned(),
            place: place.to_owned(),
        }
    }

    pub(super) fn needs(place: &str, what: impl Into<String>) -> Self {
        Self::Needs {
            place: place.to_owned(),
            what: what.into(),
        }
    }
}
