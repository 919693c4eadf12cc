//! What staff are called on pages of staff: by their own names.

use std::collections::HashMap;

/// The names of staff by those with which they sign in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names(HashMap<String, String>);

impl Names {
    /// The names of `all`, pairs of sign-in name and full name. Of two who are called the
    /// same the sign-in name is said too.
    pub fn new(all: &[(String, String)]) -> Self {
        let mut times: HashMap<&str, u32> = HashMap::new();
        for (_, full_name) in all {
            *times.entry(full_name).or_default() += 1;
        }
        let called = |(sign_in, full_name): &(String, String)| {
            let called = match times[full_name.as_str()] {
                1 => full_name.clone(),
                _ => format!("{full_name} ({sign_in})"),
            };
            (sign_in.clone(), called)
        };
        Self(all.iter().map(called).collect())
    }

    /// What whoever signs in as `sign_in` is called; just that where there is no such account.
    pub fn of<'a>(&'a self, sign_in: &'a str) -> &'a str {
        self.0.get(sign_in).map_or(sign_in, String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_of_one_name_are_told_apart_and_nobody_is_nameless() {
        let all = [("lan", "Nguyễn Thị Lan"), ("lan2", "Nguyễn Thị Lan"), ("minh", "Trần Minh")];
        let all = all.map(|(sign_in, called)| (sign_in.to_owned(), called.to_owned()));
        let names = Names::new(&all);
        let called = ["lan", "lan2", "minh", "gone"].map(|sign_in| names.of(sign_in));
        assert_eq!(called, ["Nguyễn Thị Lan (lan)", "Nguyễn Thị Lan (lan2)", "Trần Minh", "gone"]);
    }
}
