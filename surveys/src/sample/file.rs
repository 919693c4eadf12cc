//! Reads the list of a sample, and tells every mistake with its line and the number of
//! its cell.

use std::collections::{HashMap, HashSet};

use super::rows::{Column, Row, Rows, rows};
use super::{Household, Psu, SampleList};
use crate::mistake::Mistake;

/// The most households of one sample.
pub const MAX_HOUSEHOLDS: usize = 2_000;
/// The longest name of a stratum or a primary sampling unit, in characters.
pub const MAX_NAME_CHARS: usize = 60;
/// The most mistakes that are told at once.
const MOST_MISTAKES: usize = 50;

/// Reads the list of a sample: a heading and one line for each household, with commas,
/// semicolons or tabs between cells. The column of a mistake is the number of the cell.
///
/// # Errors
/// Every mistake there is, up to fifty.
pub fn read(source: &str) -> Result<SampleList, Vec<Mistake>> {
    let needed = [
        Column::Stratum,
        Column::Psu,
        Column::Household,
        Column::PsusInStratum,
        Column::HouseholdsInPsu,
    ];
    let rows = rows(source, &needed)?;
    let (mut list, mut mistakes) = (SampleList::default(), Vec::new());
    let mut names = Names::default();
    let mut seen: HashSet<(String, u32)> = HashSet::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for index in 0..rows.rows.len() {
        let mut row = Row::new(&rows, index);
        let psu = Psu {
            name: row.name(Column::Psu),
            stratum: row.name(Column::Stratum),
            psus_in_stratum: row.number(Column::PsusInStratum),
            households_in_psu: row.number(Column::HouseholdsInPsu),
            weight: row.weight(),
        };
        names.told_apart(&mut row, Column::Stratum);
        names.told_apart(&mut row, Column::Psu);
        let number = row.number(Column::Household);
        let household = Household { psu: psu.name.clone(), number, reserve: row.reserve() };
        if index == MAX_HOUSEHOLDS {
            row.wrong(
                Column::Household,
                format!("Mỗi mẫu có nhiều nhất {MAX_HOUSEHOLDS} hộ. Hãy chia thành nhiều mẫu."),
                format!("A sample has at most {MAX_HOUSEHOLDS} households. Make several samples."),
            );
        }
        if row.mistakes.is_empty() && !seen.insert((psu.name.clone(), number)) {
            row.wrong(
                Column::Household,
                format!("Hộ {number} của {} đã có ở dòng trên. Hãy xóa một dòng.", psu.name),
                format!("Household {number} of {} is in a line above. Delete one.", psu.name),
            );
        }
        match places.get(&psu.name) {
            Some(place) if list.psus[*place] != psu => {
                row.wrong(
                    Column::Psu,
                    format!("Các dòng của {} nói khác nhau về tầng, số thôn, số hộ hoặc quyền số. Hãy ghi giống nhau ở mọi dòng.", psu.name),
                    format!("The lines of {} say different things of its stratum, counts or weight. Write the same in each.", psu.name),
                );
            }
            Some(_) => {}
            None => {
                places.insert(psu.name.clone(), list.psus.len());
                list.psus.push(psu);
            }
        }
        list.households.push(household);
        mistakes.append(&mut row.mistakes);
        if mistakes.len() >= MOST_MISTAKES || index == MAX_HOUSEHOLDS {
            break;
        }
    }
    if mistakes.is_empty() {
        check_counts(&rows, &list, &mut mistakes);
    }
    mistakes.truncate(MOST_MISTAKES);
    if mistakes.is_empty() { Ok(list) } else { Err(mistakes) }
}

/// The names that were read, by how they read without capitals and double spaces.
#[derive(Default)]
struct Names(HashMap<(Column, String), String>);

impl Names {
    /// Notes in `row` that its name in `column` is another one's but for capitals or spaces.
    fn told_apart(&mut self, row: &mut Row<'_>, column: Column) {
        let name = row.cell(column);
        let plain = name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let first = self.0.entry((column, plain)).or_insert_with(|| name.to_owned());
        if first != name {
            row.wrong(
                column,
                format!("“{name}” và “{first}” ở dòng trên chỉ khác chữ hoa, chữ thường hoặc dấu cách. Hãy ghi giống nhau nếu là một nơi, ghi khác hẳn nếu là hai nơi."),
                format!("“{name}” and “{first}” in a line above differ by capitals or spaces only. Write the same if it is one place, another name if there are two."),
            );
        }
    }
}

/// Population counts that are smaller than what was drawn from them, and strata that
/// cannot be weighed: with a weight for some of their units.
fn check_counts(rows: &Rows, list: &SampleList, mistakes: &mut Vec<Mistake>) {
    let line_of = |psu: &Psu| {
        (0..rows.rows.len()).find(|i| Row::new(rows, *i).cell(Column::Psu) == psu.name).unwrap_or(0)
    };
    for psu in &list.psus {
        let mut row = Row::new(rows, line_of(psu));
        let of_psu = || list.households.iter().filter(|h| h.psu == psu.name);
        let same = || list.psus.iter().filter(|other| other.stratum == psu.stratum);
        let (households, units) = (of_psu().count(), same().count());
        if !of_psu().any(|household| !household.reserve) {
            row.wrong(
                Column::Reserve,
                format!(
                    "{} chỉ có hộ dự phòng. Hãy để trống cột Dự phòng ở ít nhất một hộ.",
                    psu.name
                ),
                format!(
                    "{} has reserve households only. Leave reserve empty for one at least.",
                    psu.name
                ),
            );
        }
        if households > psu.households_in_psu as usize {
            row.wrong(
                Column::HouseholdsInPsu,
                format!("{} có {households} hộ trong mẫu nhưng Số hộ của thôn là {}. Hãy ghi tổng số hộ của thôn.", psu.name, psu.households_in_psu),
                format!("{} has {households} households in the sample, but households_in_psu is {}. Write how many the village has in all.", psu.name, psu.households_in_psu),
            );
        }
        if units > psu.psus_in_stratum as usize
            || same().any(|o| o.psus_in_stratum != psu.psus_in_stratum)
        {
            row.wrong(
                Column::PsusInStratum,
                format!("Tầng {} có {units} thôn trong mẫu; Số thôn của tầng phải giống nhau ở mọi thôn của tầng và không nhỏ hơn {units}.", psu.stratum),
                format!("The stratum {} has {units} units in the sample; psus_in_stratum must be the same in all of them and no less than {units}.", psu.stratum),
            );
        }
        if psu.weight.is_none() && same().any(|other| other.weight.is_some()) {
            row.wrong(
                Column::Weight,
                format!("Tầng {} có thôn ghi quyền số và có thôn để trống. Hãy ghi cho mọi thôn của tầng, hoặc để trống hết.", psu.stratum),
                format!("The stratum {} has units with a weight and units without. Write one for each unit of the stratum, or for none.", psu.stratum),
            );
        }
        mistakes.append(&mut row.mistakes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "stratum,psu,household,reserve,psus_in_stratum,households_in_psu\n\
        a,Thôn Đông,3,,4,120\na,Thôn Đông,17,1,4,120\nb,Thôn Tây,5,,2,60\n";

    #[test]
    fn a_list_is_read_with_commas_semicolons_or_tabs() {
        let list = read(GOOD).unwrap();
        assert_eq!((list.psus.len(), list.households.len()), (2, 3));
        assert_eq!(
            list.households[1],
            Household { psu: "Thôn Đông".into(), number: 17, reserve: true }
        );
        assert_eq!(list.psus[0].weight, None);
        for other in [";", "\t"] {
            assert_eq!(read(&format!("\u{feff}{}", GOOD.replace(',', other))).unwrap(), list);
        }
    }

    #[test]
    fn headings_may_be_vietnamese_and_a_weight_may_be_given() {
        let list = read(
            "Tầng\tThôn\tHộ\tSố thôn của tầng\tSố hộ của thôn\tQuyền số\na\tĐông\t1\t2\t10\t12,5\n",
        );
        assert_eq!(list.unwrap().psus[0].weight, Some(12.5));
    }

    #[test]
    fn a_column_that_tells_who_lives_there_is_refused() {
        for name in
            ["Họ và tên chủ hộ", "name", "Số điện thoại", "SĐT", "CCCD", "Địa chỉ", "so_nha"]
        {
            let file = GOOD.replacen("reserve", name, 1);
            let mistakes = read(&file).unwrap_err();
            assert!(mistakes[0].text.en.contains("who lives there"), "{name}: {mistakes:?}");
            assert_eq!((mistakes[0].line, mistakes[0].column), (1, 4));
        }
        let phone = GOOD.replace("Thôn Tây", "0912 345 678");
        assert!(read(&phone).unwrap_err()[0].text.en.contains("telephone"));
    }

    #[test]
    fn every_mistake_is_told_with_its_line_and_cell() {
        let file = "stratum,psu,household,psus_in_stratum,households_in_psu\na,,x,2,10\na,B,1,2,10\na,B,1,2,10\n";
        let mistakes = read(file).unwrap_err();
        let places: Vec<_> = mistakes.iter().map(|m| (m.line, m.column)).collect();
        assert_eq!(places, [(2, 2), (2, 3), (4, 3)]);
    }

    #[test]
    fn counts_smaller_than_what_was_drawn_are_mistakes() {
        for (from, to, cell) in
            [(",4,120", ",4,1", 6), (",2,60", ",0,60", 5), (",5,,2", ",5,1,2", 4)]
        {
            let mistakes = read(&GOOD.replace(from, to)).unwrap_err();
            assert!(mistakes.iter().any(|m| m.column == cell), "{from}: {mistakes:?}");
        }
        let differ = GOOD.replacen("a,Thôn Đông,3,,4,120", "a,Thôn Đông,3,,4,121", 1);
        assert!(read(&differ).unwrap_err()[0].text.en.contains("different"));
    }

    #[test]
    fn names_that_differ_by_capitals_or_spaces_only_are_refused() {
        let again = |psu: &str| format!("{GOOD}a,{psu},9,,4,120\n");
        assert!(read(&again("Thôn Đông")).is_ok());
        assert!(read(&again("Thôn Đồng")).is_ok(), "another tone is another village");
        for psu in ["thôn đông", "THÔN ĐÔNG", "Thôn  Đông"] {
            let mistakes = read(&again(psu)).unwrap_err();
            assert_eq!((mistakes[0].line, mistakes[0].column), (5, 2), "{psu}");
            assert!(mistakes[0].text.en.contains("capitals or spaces"), "{mistakes:?}");
        }
        let composed = again("Tho\u{302}n \u{110}o\u{302}ng");
        assert_eq!(read(&composed).unwrap().psus.len(), 2, "composed and not is one name");
        let stratum = format!("{GOOD}A,Thôn Bắc,9,,4,120\n");
        assert_eq!(read(&stratum).unwrap_err()[0].column, 1);
    }

    #[test]
    fn a_weight_is_written_for_all_units_of_a_stratum_or_for_none() {
        let file = |weights: [&str; 3]| {
            let [a, b, c] = weights;
            format!(
                "stratum,psu,household,psus_in_stratum,households_in_psu,weight\n\
                 x,A,1,4,10,{a}\nx,B,1,4,10,{b}\ny,C,1,4,10,{c}\n"
            )
        };
        for fits in [["2", "3", "4"], ["", "", ""], ["2", "3", ""]] {
            assert!(read(&file(fits)).is_ok(), "{fits:?}");
        }
        let mistakes = read(&file(["2", "", "4"])).unwrap_err();
        assert_eq!((mistakes[0].line, mistakes[0].column, mistakes.len()), (3, 6, 1));
    }

    #[test]
    fn a_stratum_with_one_of_several_villages_is_known() {
        let list = read(GOOD).unwrap();
        assert_eq!(crate::sample::lonely_strata(&list.psus), ["a", "b"]);
        let complete = read(&GOOD.replace(",4,120", ",1,120")).unwrap();
        assert_eq!(crate::sample::lonely_strata(&complete.psus), ["b"], "all one of one");
    }

    #[test]
    fn the_bounds_are_where_they_are_said_to_be() {
        let line = |n: usize| format!("a,P,{n},1,900000\n");
        let file = |n: usize| {
            let lines: String = (1..=n).map(line).collect();
            format!("stratum,psu,household,psus_in_stratum,households_in_psu\n{lines}")
        };
        assert_eq!(read(&file(MAX_HOUSEHOLDS)).unwrap().households.len(), MAX_HOUSEHOLDS);
        assert!(read(&file(MAX_HOUSEHOLDS + 1)).unwrap_err()[0].text.en.contains("at most"));
        let long = GOOD.replace("Thôn Tây", &"x".repeat(MAX_NAME_CHARS));
        assert!(read(&long).is_ok());
        let longer = GOOD.replace("Thôn Tây", &"x".repeat(MAX_NAME_CHARS + 1));
        assert!(read(&longer).is_err());
    }

    #[test]
    fn nothing_and_nonsense_are_mistakes_and_never_a_panic() {
        let heading = "stratum,psu,household,psus_in_stratum,households_in_psu\n";
        for file in ["", "\n\n", "\"", "a,b\n1,2,3,4\n", "\0\u{feff}", "stratum", heading] {
            assert!(read(file).is_err(), "{file:?}");
        }
    }
}
