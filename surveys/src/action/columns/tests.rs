use super::*;

const TYPED: Typed<'_> = Typed {
    task: " Niêm yết\r\nthủ tục ",
    lead: "Trung tâm",
    partners: "",
    product: "",
    due: "5/1/2027",
    term: "",
    moves: "quick-counter/access",
};

fn wrong(typed: Typed<'_>) -> Vec<(Column, BadColumn)> {
    Columns::of(&typed).unwrap_err()
}

#[test]
fn columns_are_stored_in_normal_form_with_plain_line_ends() {
    let columns = Columns::of(&Typed { lead: "Tra\u{309}i\r\nĐông", ..TYPED }).unwrap();
    assert_eq!(columns.task, "Niêm yết\nthủ tục");
    assert_eq!(columns.lead, "Trải Đông", "a name is one line");
    assert_eq!(columns.due, NaiveDate::from_ymd_opt(2027, 1, 5));
    assert_eq!(columns.moves.unwrap().to_string(), "quick-counter/access");
}

#[test]
fn each_column_holds_as_many_characters_as_it_says_and_not_one_more() {
    for column in [Column::Task, Column::Lead, Column::Partners, Column::Product, Column::Term] {
        let most = "ế".repeat(column.most_chars());
        let more = format!("{most}x");
        let with = |text: &str| {
            let mut typed = TYPED;
            // The text outlives the call only here.
            let text: &'static str = text.to_owned().leak();
            match column {
                Column::Task => typed.task = text,
                Column::Lead => typed.lead = text,
                Column::Partners => typed.partners = text,
                Column::Product => typed.product = text,
                _ => typed.term = text,
            }
            typed
        };
        assert!(Columns::of(&with(&most)).is_ok(), "{column:?}");
        assert_eq!(wrong(with(&more)), [(column, BadColumn::TooLong(column.most_chars()))]);
    }
    let all: usize = Column::ALL.map(|column| column.most_chars() * 9).iter().sum();
    assert!(all < 60_000, "a form of {all} bytes would not be taken");
}

#[test]
fn task_and_lead_must_say_something_and_a_term_there_must_be() {
    let empty = Typed { task: " \n ", lead: "", due: "", ..TYPED };
    assert_eq!(
        wrong(empty),
        [
            (Column::Task, BadColumn::Empty),
            (Column::Lead, BadColumn::Empty),
            (Column::Due, BadColumn::NoTerm)
        ]
    );
    assert!(Columns::of(&Typed { due: "", term: "Thường xuyên", ..TYPED }).is_ok());
}

#[test]
fn a_day_is_a_day_of_the_years_that_calendars_have() {
    for day in ["31/02/2026", "31-12-2026", "mai", "31/12/1999", "1/1/2101", "31/12/26"] {
        assert_eq!(wrong(Typed { due: day, ..TYPED }), [(Column::Due, BadColumn::NoDay)], "{day}");
    }
    for day in ["2026-12-31", " 31/12/2026 "] {
        let columns = Columns::of(&Typed { due: day, ..TYPED }).unwrap();
        assert_eq!(columns.due, NaiveDate::from_ymd_opt(2026, 12, 31));
    }
}

#[test]
fn what_cannot_be_seen_is_not_stored_and_what_is_unknown_not_believed() {
    for hidden in ["a\0b", "a\u{1b}[31m", "a\u{2028}b"] {
        assert_eq!(wrong(Typed { task: hidden, ..TYPED }), [(Column::Task, BadColumn::Invisible)]);
    }
    for task in ["a\u{202e}b", "a\u{feff}b", "\u{200b}ab\u{2066}"] {
        assert_eq!(Columns::of(&Typed { task, ..TYPED }).unwrap().task, "ab");
    }
    for moves in ["access", "quick-counter/nothing", "nothing/access", "../x", "quick-counter/"] {
        let told = wrong(Typed { moves, ..TYPED });
        assert_eq!(told, [(Column::Moves, BadColumn::NoComponent)], "{moves}");
    }
}

#[test]
fn columns_that_differ_are_named() {
    let columns = Columns::of(&TYPED).unwrap();
    let other = Columns::of(&Typed { due: "", term: "Quý I", task: "Khác", ..TYPED }).unwrap();
    assert_eq!(columns.differing(&other), [Column::Task, Column::Due, Column::Term]);
    assert_eq!(columns.differing(&columns), []);
    for column in Column::ALL {
        assert_eq!(Column::named(column.name()), Some(column));
    }
}
