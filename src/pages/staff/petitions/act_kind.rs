//! The acts that staff have forms for, in words.

use crate::pages::Shell;

/// What staff can do with a petition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActKind {
    /// Accept it for handling.
    Acknowledge,
    /// Give it to somebody.
    Assign,
    /// Answer it.
    Answer,
    /// Extend its deadline.
    Extend,
    /// Be done with it.
    Close,
    /// Let everybody read it.
    Publish,
    /// Let nobody else read it any more.
    Withdraw,
    /// Take it up again.
    Reopen,
    /// Say that it is about the same as another one.
    Duplicate,
    /// Say that it is not for this commune.
    Refuse,
}

impl ActKind {
    /// Every kind, what is done most first.
    pub const ALL: [Self; 10] = [
        Self::Acknowledge,
        Self::Assign,
        Self::Answer,
        Self::Extend,
        Self::Close,
        Self::Publish,
        Self::Withdraw,
        Self::Reopen,
        Self::Duplicate,
        Self::Refuse,
    ];

    /// The last part of its address, and what the audit log says.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledge",
            Self::Assign => "assign",
            Self::Answer => "answer",
            Self::Extend => "extend",
            Self::Close => "close",
            Self::Publish => "publish",
            Self::Withdraw => "withdraw",
            Self::Reopen => "reopen",
            Self::Duplicate => "duplicate",
            Self::Refuse => "refuse",
        }
    }

    /// Reads what [`ActKind::name`] wrote.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What its page and its button say.
    pub fn heading(self, shell: &Shell) -> String {
        let key = match self {
            Self::Acknowledge => "petition-do-acknowledge",
            Self::Assign => "petition-do-assign",
            Self::Answer => "petition-do-answer",
            Self::Extend => "petition-do-extend",
            Self::Close => "petition-do-close",
            Self::Publish => "petition-do-publish",
            Self::Withdraw => "petition-do-withdraw",
            Self::Reopen => "petition-do-reopen",
            Self::Duplicate => "petition-do-duplicate",
            Self::Refuse => "petition-do-refuse",
        };
        shell.t.get(key).into_owned()
    }

    /// What comes of it.
    pub fn consequence(self, shell: &Shell) -> String {
        let key = match self {
            Self::Acknowledge => "petition-then-acknowledge",
            Self::Assign => "petition-then-assign",
            Self::Answer => "petition-then-answer",
            Self::Extend => "petition-then-extend",
            Self::Close => "petition-then-close",
            Self::Publish => "petition-then-publish",
            Self::Withdraw => "petition-then-withdraw",
            Self::Reopen => "petition-then-reopen",
            Self::Duplicate => "petition-then-duplicate",
            Self::Refuse => "petition-then-refuse",
        };
        shell.t.get(key).into_owned()
    }
}
