//! The satisfaction points of the national service index (Decision 766/QĐ-TTg of
//! 2022): 18 of its 100 points, from dossiers and petitions.

/// The most points of one part.
const MOST: f64 = 6.0;
/// From this share of good dossiers on their part is full.
const FULL_FROM: f64 = 0.9;

/// What a unit counted in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Dossiers handled.
    pub dossiers: u64,
    /// Those that were neither late nor complained about.
    pub dossiers_good: u64,
    /// Petitions (PAKN) received.
    pub petitions: u64,
    /// Those answered in time.
    pub petitions_on_time: u64,
    /// Those whose handling was not rated dissatisfied, reopened or late.
    pub petitions_satisfied: u64,
}

/// Points, each from 0 to 6.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Points {
    /// For petitions answered in time (5.2).
    pub on_time: f64,
    /// For petitions handled to satisfaction (5.3).
    pub satisfied: f64,
    /// For good dossiers (5.4); undefined without a dossier.
    pub dossiers: Option<f64>,
}

impl Points {
    /// All of them, 0 to 18.
    pub fn total(&self) -> Option<f64> {
        self.dossiers.map(|dossiers| self.on_time + self.satisfied + dossiers)
    }
}

/// A part counted higher than its whole: which one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{part} is larger than {whole}: a part cannot exceed its whole, correct one of them")]
pub struct MoreThanAll {
    /// The part.
    pub part: &'static str,
    /// Its whole.
    pub whole: &'static str,
}

impl MoreThanAll {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> surveys::Text {
        let Self { part, whole } = self;
        let vi = format!(
            "{part} lớn hơn {whole}: phần không thể lớn hơn tổng, hãy sửa một trong hai số"
        );
        surveys::Text::new(vi, self.to_string())
    }
}

/// The points for `counts`. Without a petition both of their parts are full.
///
/// # Errors
/// [`MoreThanAll`] when a part exceeds its whole.
pub fn points(counts: &Counts) -> Result<Points, MoreThanAll> {
    for (part, whole, names) in [
        (counts.dossiers_good, counts.dossiers, ("dossiers_good", "dossiers")),
        (counts.petitions_on_time, counts.petitions, ("petitions_on_time", "petitions")),
        (counts.petitions_satisfied, counts.petitions, ("petitions_satisfied", "petitions")),
    ] {
        if part > whole {
            return Err(MoreThanAll { part: names.0, whole: names.1 });
        }
    }
    let share = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
    let of_petitions = |part| share(part, counts.petitions).map_or(MOST, |share| MOST * share);
    let dossiers = share(counts.dossiers_good, counts.dossiers)
        .map(|share| if share >= FULL_FROM { MOST } else { share / FULL_FROM * MOST });
    Ok(Points {
        on_time: of_petitions(counts.petitions_on_time),
        satisfied: of_petitions(counts.petitions_satisfied),
        dossiers,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Figures of Phú Thọ province and eleven of its units as the National Public Service
    /// Portal (dichvucong.gov.vn) printed them for Decision 766: good dossiers of all,
    /// petitions on time and satisfied of all, and the points of the satisfaction group.
    #[test]
    fn twelve_published_units_come_out_to_the_cent() {
        for (unit, good, dossiers, on_time, satisfied, petitions, printed) in [
            ("Tỉnh Phú Thọ", 528_464, 597_918, 296, 230, 570, [5.89, 3.12, 2.42, 11.43]),
            ("VP UBND tỉnh", 156, 161, 0, 0, 0, [6.0, 6.0, 6.0, 18.0]),
            ("BQL KCN", 1_689, 1_840, 0, 0, 0, [6.0, 6.0, 6.0, 18.0]),
            ("Sở Công Thương", 1_651, 2_270, 0, 0, 0, [4.85, 6.0, 6.0, 16.85]),
            ("Sở GDĐT", 755, 1_120, 0, 0, 4, [4.49, 0.0, 0.0, 4.49]),
            ("P. Việt Trì", 7_362, 8_253, 0, 0, 4, [5.95, 0.0, 0.0, 5.95]),
            ("P. Nông Trang", 5_646, 6_178, 0, 0, 0, [6.0, 6.0, 6.0, 18.0]),
            ("P. Thanh Miếu", 4_964, 5_551, 0, 0, 0, [5.96, 6.0, 6.0, 17.96]),
            ("P. Vân Phú", 7_179, 7_947, 0, 0, 0, [6.0, 6.0, 6.0, 18.0]),
            ("X. Hy Cương", 2_775, 3_443, 0, 0, 0, [5.37, 6.0, 6.0, 17.37]),
            ("X. Xuân Lũng", 3_717, 3_859, 0, 0, 0, [6.0, 6.0, 6.0, 18.0]),
            ("X. Lâm Thao", 5_679, 6_200, 0, 0, 2, [6.0, 0.0, 0.0, 6.0]),
        ] {
            let points = points(&Counts {
                dossiers,
                dossiers_good: good,
                petitions,
                petitions_on_time: on_time,
                petitions_satisfied: satisfied,
            })
            .unwrap();
            let found = [
                points.dossiers.unwrap(),
                points.on_time,
                points.satisfied,
                points.total().unwrap(),
            ];
            for (found, printed) in found.into_iter().zip(printed) {
                assert_eq!(format!("{found:.2}"), format!("{printed:.2}"), "{unit}: {points:?}");
            }
        }
    }

    #[test]
    fn a_part_beyond_its_whole_and_a_unit_without_dossiers_have_no_total() {
        let none = Counts {
            dossiers: 0,
            dossiers_good: 0,
            petitions: 0,
            petitions_on_time: 0,
            petitions_satisfied: 0,
        };
        assert_eq!(points(&none).unwrap().total(), None);
        let wrong = points(&Counts { petitions_on_time: 1, ..none }).unwrap_err();
        assert_eq!(wrong, MoreThanAll { part: "petitions_on_time", whole: "petitions" });
    }
}
