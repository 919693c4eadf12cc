//! Where somebody may go: the listed pages in four groups, each page in that of its
//! permission.

use super::visit::Signed;
use super::{ROUTES, StaffRoute, Who};
use crate::pages::message::Link;
use crate::pages::staff::NavGroup;
use crate::staff::{Account, Permission};

use Permission::{
    EraseOnRequest, HandlePetitions, Import, ManagePoints, ManageStaff, OwnAccount, ReadActions,
    ReadAudit, ReadComments, ReadIndicators, ReadPaper, ReadPetitions, ReadPoints, ReadPublishing,
    ReadSamples, SeeResults,
};

/// The groups in order, each with what its pages need, in their order.
const GROUPS: [(&str, &[Permission]); 4] = [
    ("nav-results", &[SeeResults, ReadPublishing, ReadIndicators]),
    ("nav-listening", &[ReadPetitions, ReadComments, ReadActions, HandlePetitions]),
    ("nav-collecting", &[ReadPoints, ManagePoints, ReadSamples, ReadPaper, Import]),
    ("nav-system", &[ManageStaff, ReadAudit, EraseOnRequest, OwnAccount]),
];

/// The listed pages that `account` may see, under the names of their groups.
fn listed(account: &Account) -> impl Iterator<Item = (&'static str, Vec<&'static StaffRoute>)> {
    let pages = |needed: &[Permission]| -> Vec<&'static StaffRoute> {
        let may = needed.iter().filter(|permission| account.may(**permission));
        let of = |permission: &Permission| {
            let who = Who::May(*permission);
            ROUTES.iter().filter(move |route| route.who == who && !route.listed.is_empty())
        };
        may.flat_map(of).collect()
    };
    GROUPS.iter().map(move |(name, needed)| (*name, pages(needed)))
}

/// Where whoever makes this visit may go.
pub(super) fn groups(signed: &Signed) -> Vec<NavGroup> {
    let link = |route: &StaffRoute| Link {
        address: signed.shell.link(route.path),
        label: signed.said(route.listed),
    };
    listed(&signed.account)
        .filter(|(_, pages)| !pages.is_empty())
        .map(|(name, pages)| NavGroup {
            name: signed.said(name),
            links: pages.into_iter().map(link).collect(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_page_stands_in_one_group() {
        for route in ROUTES.iter().filter(|route| !route.listed.is_empty()) {
            let Who::May(permission) = route.who else { panic!("{}", route.path) };
            let groups = GROUPS.iter().filter(|(_, needed)| needed.contains(&permission));
            assert_eq!(groups.count(), 1, "{}", route.path);
        }
    }
}
