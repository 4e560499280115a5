//! Skills: what a caller needs, and what an agent has.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A skill, named by the host: a language, a product, a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SkillId(u16);

impl SkillId {
    /// Names a skill by a number of the host's choice.
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The number itself.
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Display for SkillId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A skill at a level: 1 is the least, 255 the most; 0 is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Skill {
    /// Which.
    pub id: SkillId,
    /// How well.
    pub level: u8,
}

impl Skill {
    /// This skill at this level.
    pub const fn new(id: SkillId, level: u8) -> Self {
        Self { id, level }
    }
}

/// What a caller needs of an agent: up to four skills, all of them. Nothing by default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Skill>", into = "Vec<Skill>")]
pub struct Needs {
    skills: [Option<Skill>; 4],
}

/// More needs than fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{count} skills needed: a caller may need up to 4")]
pub struct TooManyNeeds {
    count: usize,
}

impl Needs {
    /// Nothing: any agent will do.
    pub const NOTHING: Self = Self { skills: [None; 4] };

    /// All of these skills, each at its level or better.
    ///
    /// # Errors
    /// [`TooManyNeeds`] past four.
    pub fn all(skills: &[Skill]) -> Result<Self, TooManyNeeds> {
        let mut needs = Self::NOTHING;
        if skills.len() > needs.skills.len() {
            return Err(TooManyNeeds {
                count: skills.len(),
            });
        }
        for (slot, &skill) in needs.skills.iter_mut().zip(skills) {
            *slot = Some(skill);
        }
        Ok(needs)
    }

    /// The skills needed.
    pub fn skills(&self) -> impl Iterator<Item = Skill> + '_ {
        self.skills.iter().flatten().copied()
    }

    /// Whether any agent will do.
    pub fn is_nothing(&self) -> bool {
        self.skills[0].is_none()
    }

    /// Whether these skills suffice, when each level needed is lowered by `relaxed`.
    pub(crate) fn are_met(&self, has: &[Skill], relaxed: u8) -> bool {
        self.skills().all(|need| {
            let level = need.level.saturating_sub(relaxed);
            level == 0
                || has
                    .iter()
                    .any(|skill| skill.id == need.id && skill.level >= level)
        })
    }
}

impl TryFrom<Vec<Skill>> for Needs {
    type Error = TooManyNeeds;

    fn try_from(skills: Vec<Skill>) -> Result<Self, Self::Error> {
        Self::all(&skills)
    }
}

impl From<Needs> for Vec<Skill> {
    fn from(needs: Needs) -> Self {
        needs.skills().collect()
    }
}
