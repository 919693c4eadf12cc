//! Roles and what each may do. What is not granted here is refused.

use std::str::FromStr;

use super::Scope;

/// What a member of staff is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Adds and disables accounts.
    Administrator,
    /// Runs the survey at the centre.
    CentreStaff,
    /// Keys in paper forms.
    DataEntry,
    /// Checks from outside the commune.
    Reviewer,
    /// Reads, and decides what is published.
    Leader,
    /// Looks after the communes of a province.
    ProvinceOfficer,
}

/// What can be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Seeing one's own account and changing one's own password.
    OwnAccount,
    /// Adding and disabling accounts, making one-time links.
    ManageStaff,
    /// Reading the audit log.
    ReadAudit,
    /// Seeing collection points and how their tablets are.
    ReadPoints,
    /// Making, renaming and retiring collection points, enrolling tablets, printing,
    /// making survey links.
    ManagePoints,
    /// Importing files of responses, and undoing imports.
    Import,
    /// Seeing samples of households and how far their interviews are.
    ReadSamples,
    /// Adding samples, assigning households, enrolling interviewers' tablets.
    RunSamples,
    /// Seeing how batches of paper forms stand.
    ReadPaper,
    /// Counting, keying and explaining the sheets of a batch of paper forms, and agreeing
    /// to what another person says of a sheet.
    KeyPaper,
    /// Opening and closing batches of paper forms, deciding what a sheet says.
    RunPaper,
    /// Seeing results, with what only staff may see of them.
    SeeResults,
    /// Reading how publishing stands: what waits, what was published, held, corrected and
    /// taken back, and why.
    ReadPublishing,
    /// Deciding that results of a period are published, correcting them, taking them back.
    PublishResults,
    /// Noting that a report of the plan's calendar was sent.
    NoteReports,
    /// Reading petitions, without the contacts of those who sent them.
    ReadPetitions,
    /// Acting on petitions, and seeing how to reach those who sent them.
    HandlePetitions,
    /// Seeing improvement actions and how far they are.
    ReadActions,
    /// Opening, changing, closing and publishing improvement actions.
    ManageActions,
    /// Seeing the plan scoreboard and what was entered of its indicators.
    ReadIndicators,
    /// Entering, correcting and withdrawing results of indicators.
    EnterIndicators,
    /// Reading comments.
    ReadComments,
    /// Publishing and hiding comments, giving them tags.
    DecideComments,
    /// Taking a response back for whoever says its receipt.
    EraseOnRequest,
}

impl Permission {
    /// Every permission.
    pub const ALL: &[Self] = &[
        Self::OwnAccount,
        Self::ManageStaff,
        Self::ReadAudit,
        Self::ReadPoints,
        Self::ManagePoints,
        Self::Import,
        Self::ReadSamples,
        Self::RunSamples,
        Self::ReadPaper,
        Self::KeyPaper,
        Self::RunPaper,
        Self::SeeResults,
        Self::ReadPublishing,
        Self::PublishResults,
        Self::NoteReports,
        Self::ReadPetitions,
        Self::HandlePetitions,
        Self::ReadActions,
        Self::ManageActions,
        Self::ReadIndicators,
        Self::EnterIndicators,
        Self::ReadComments,
        Self::DecideComments,
        Self::EraseOnRequest,
    ];

    /// Whether what it allows is never of one collection point: petitions, improvement
    /// actions, indicators, reports and published results are the commune's.
    pub const fn is_of_a_whole_commune(self) -> bool {
        matches!(
            self,
            Self::ReadPublishing
                | Self::PublishResults
                | Self::NoteReports
                | Self::ReadPetitions
                | Self::HandlePetitions
                | Self::ReadActions
                | Self::ManageActions
                | Self::ReadIndicators
                | Self::EnterIndicators
        )
    }
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] = [
        Self::Administrator,
        Self::CentreStaff,
        Self::DataEntry,
        Self::Reviewer,
        Self::Leader,
        Self::ProvinceOfficer,
    ];

    /// The role as it is stored and written on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::CentreStaff => "centre-staff",
            Self::DataEntry => "data-entry",
            Self::Reviewer => "reviewer",
            Self::Leader => "leader",
            Self::ProvinceOfficer => "province-officer",
        }
    }

    /// Whether somebody in this role may.
    pub const fn may(self, permission: Permission) -> bool {
        match permission {
            Permission::OwnAccount => true,
            Permission::ManageStaff => matches!(self, Self::Administrator),
            Permission::ReadAudit => matches!(self, Self::Administrator | Self::Reviewer),
            Permission::ReadPoints
            | Permission::SeeResults
            | Permission::ReadPetitions
            | Permission::ReadActions
            | Permission::ReadIndicators => !matches!(self, Self::DataEntry),
            Permission::ManagePoints
            | Permission::NoteReports
            | Permission::HandlePetitions
            | Permission::ManageActions
            | Permission::EnterIndicators
            | Permission::EraseOnRequest => {
                matches!(self, Self::Administrator | Self::CentreStaff)
            }
            Permission::Import => matches!(self, Self::CentreStaff | Self::ProvinceOfficer),
            Permission::ReadSamples | Permission::ReadComments => matches!(
                self,
                Self::CentreStaff | Self::ProvinceOfficer | Self::Reviewer | Self::Leader
            ),
            Permission::RunSamples => matches!(self, Self::CentreStaff | Self::ProvinceOfficer),
            Permission::ReadPaper => {
                matches!(self, Self::CentreStaff | Self::DataEntry | Self::Reviewer)
            }
            Permission::KeyPaper => matches!(self, Self::CentreStaff | Self::DataEntry),
            Permission::RunPaper => matches!(self, Self::CentreStaff),
            Permission::ReadPublishing => {
                matches!(self, Self::CentreStaff | Self::Leader | Self::Reviewer)
            }
            Permission::PublishResults => matches!(self, Self::CentreStaff | Self::Leader),
            Permission::DecideComments => matches!(self, Self::CentreStaff | Self::Reviewer),
        }
    }

    /// Whether somebody in this role can be put in `scope`: a reviewer is outside
    /// the commune, and keying in happens at one.
    pub const fn fits(self, scope: &Scope) -> bool {
        match self {
            Self::Administrator => !matches!(scope, Scope::Point { .. }),
            Self::CentreStaff | Self::DataEntry => {
                matches!(scope, Scope::Commune(_) | Scope::Point { .. })
            }
            Self::Leader => matches!(scope, Scope::Commune(_) | Scope::Province(_)),
            Self::Reviewer => matches!(scope, Scope::Province(_) | Scope::Everywhere),
            Self::ProvinceOfficer => matches!(scope, Scope::Province(_)),
        }
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|role| role.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("write one of {names}")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_what_it_is_there_for_and_nothing_else() {
        use Role::{Administrator, CentreStaff, DataEntry, Leader, ProvinceOfficer, Reviewer};
        for permission in Permission::ALL {
            let granted: Vec<Role> = Role::ALL.into_iter().filter(|r| r.may(*permission)).collect();
            let expected: &[Role] = match permission {
                Permission::OwnAccount => &Role::ALL,
                Permission::ManageStaff => &[Administrator],
                Permission::ReadAudit => &[Administrator, Reviewer],
                Permission::ReadPoints
                | Permission::SeeResults
                | Permission::ReadPetitions
                | Permission::ReadActions
                | Permission::ReadIndicators => {
                    &[Administrator, CentreStaff, Reviewer, Leader, ProvinceOfficer]
                }
                Permission::ManagePoints
                | Permission::NoteReports
                | Permission::HandlePetitions
                | Permission::ManageActions
                | Permission::EnterIndicators
                | Permission::EraseOnRequest => &[Administrator, CentreStaff],
                Permission::Import | Permission::RunSamples => &[CentreStaff, ProvinceOfficer],
                Permission::ReadSamples | Permission::ReadComments => {
                    &[CentreStaff, Reviewer, Leader, ProvinceOfficer]
                }
                Permission::ReadPaper => &[CentreStaff, DataEntry, Reviewer],
                Permission::KeyPaper => &[CentreStaff, DataEntry],
                Permission::RunPaper => &[CentreStaff],
                Permission::ReadPublishing => &[CentreStaff, Reviewer, Leader],
                Permission::PublishResults => &[CentreStaff, Leader],
                Permission::DecideComments => &[CentreStaff, Reviewer],
            };
            assert_eq!(granted, expected, "{permission:?}");
        }
    }

    #[test]
    fn a_reviewer_is_never_of_the_commune_and_data_entry_never_of_a_province() {
        let [all, province, commune, point] =
            crate::staff::scope::tests::SAMPLES.map(|text| Scope::parse(text).unwrap());
        let fits = |role: Role| [&all, &province, &commune, &point].map(|s| role.fits(s));
        assert_eq!(fits(Role::Administrator), [true, true, true, false]);
        assert_eq!(fits(Role::CentreStaff), [false, false, true, true]);
        assert_eq!(fits(Role::DataEntry), [false, false, true, true]);
        assert_eq!(fits(Role::Reviewer), [true, true, false, false]);
        assert_eq!(fits(Role::Leader), [false, true, true, false]);
        assert_eq!(fits(Role::ProvinceOfficer), [false, true, false, false]);
    }

    #[test]
    fn a_role_is_read_back_from_its_name() {
        for role in Role::ALL {
            assert_eq!(role.name().parse(), Ok(role));
        }
        assert!("owner".parse::<Role>().is_err());
    }
}
