use super::*;

fn now() -> i64 {
    read_moment("2026-11-20T10:00:00+07:00").unwrap()
}

fn of(text: &str) -> Result<Vec<Dossier>, Faults> {
    read(text, now()).map(|listed| listed.dossiers)
}

/// What is told of a list, in Vietnamese.
fn told(faults: &Faults) -> Vec<String> {
    faults.texts().into_iter().map(|text| text.vi).collect()
}

#[test]
fn codes_contacts_and_closing_times_are_read() {
    let read = of("Dossier,phone,email,closed_at,tên\n\
         H19.1,+84 912.345-678,,2026-10-15T09:30,A\n\
         H19.2,,a.b+c@xn--example-q1a.vn,2026-10-15,B\n\
         H19.1,0912345678,,,C\n")
    .unwrap();
    assert_eq!(read.len(), 2, "{read:?}");
    assert_eq!(read[0].phone, "+84912345678");
    assert_eq!(read[0].closed_at, read_moment("2026-10-15T09:30:00+07:00"));
    assert_eq!(read[1].email, "a.b+c@xn--example-q1a.vn");
    assert_eq!(read[1].closed_at, None);
}

#[test]
fn a_closing_is_read_as_one_stop_systems_write_it() {
    for (written, moment) in [
        ("15/10/2026 09:30", Some("2026-10-15T09:30:00+07:00")),
        ("15/10/2026 9:30", Some("2026-10-15T09:30:00+07:00")),
        ("5/1/2026 23:59:58", Some("2026-01-05T23:59:58+07:00")),
        ("15/10/2026  09:30", Some("2026-10-15T09:30:00+07:00")),
        // Of a day alone the hour is not known.
        ("15/10/2026", None),
        ("5/1/2026", None),
    ] {
        let read = of(&format!("Mã hồ sơ,Ngày đóng\nH1,{written}\n")).unwrap();
        assert_eq!(read[0].closed_at, moment.and_then(read_moment), "{written}");
    }
}

#[test]
fn what_is_pasted_is_codes_or_a_table() {
    let of = |text: &str| pasted(text, now()).map(|listed| listed.dossiers);
    let codes = |text: &str| -> Result<Vec<String>, Faults> {
        Ok(of(text)?.into_iter().map(|dossier| dossier.code).collect())
    };
    let wanted: Result<Vec<String>, Faults> = Ok(vec!["H1".into(), "H2".into()]);
    for text in [
        "H1\r\nH2\r\n\r\nH1",
        "\u{feff}\"H1\"\n H2 ",
        "dossier\temail\nH1\ta@b.vn\nH2\t",
        "Dossier;phone\nH1;\nH2;0912345678",
        "Mã hồ sơ;Email\nH1;a@b.vn\nH2;",
        "\u{feff}\"Mã hồ sơ\",\"Số điện thoại\"\n\"H1\",\"0912345678\"\nH2,",
        "STT\tMÃ HỒ SƠ\n1\tH1\n2\tH2",
        "\n \nMã hồ sơ;Email\n\nH1;\n;\nH2;\n\n",
    ] {
        assert_eq!(codes(text), wanted, "{text}");
    }
    assert_eq!(of("Mã hồ sơ;E-mail\nH1;a@b.vn").unwrap()[0].email, "a@b.vn");
    assert_eq!(of(""), Ok(Vec::new()));
    let long = format!("H1\n{}", "x".repeat(65));
    assert!(told(&of(&long).unwrap_err())[0].starts_with("dòng 2: "));
    for (text, line, said) in [
        ("H1;a@b.vn\nH2;c@d.vn", 1, "không có dòng tiêu đề"),
        ("H1\na@b.vn", 2, "không có dòng tiêu đề"),
        ("H1\tA\nH2\tB", 1, "không có dòng tiêu đề"),
        ("mã hồ sơ;email\nH1;a@b.vn\nH2", 3, "dòng có 1 ô còn tiêu đề có 2"),
    ] {
        let bad = told(&of(text).unwrap_err());
        assert!(bad[0].starts_with(&format!("dòng {line}: ")), "{bad:?}");
        assert!(bad.len() == 1 && bad[0].contains(said), "{bad:?}");
    }
}

#[test]
fn a_row_that_cannot_be_used_is_told_with_line_and_column() {
    let long = format!("{}@a.vn", "x".repeat(65));
    let long_host = format!("a@{}.vn", "x".repeat(64));
    for (row, column) in [
        (",0912345678,,", "dossier"),
        ("H1,12,,", "phone"),
        ("H1,=1+1,,", "phone"),
        ("H1,,x,", "email"),
        ("H1,,=x@a.vn,", "email"),
        ("H1,,a@b,", "email"),
        ("H1,,a@b..vn,", "email"),
        ("H1,,a..b@c.vn,", "email"),
        ("H1,,a@-b.vn,", "email"),
        ("H1,,a@tên-miền.vn,", "email"),
        ("H1,,\"a@b.vn\r\nBcc: c@d.vn\",", "email"),
        ("H1,,\"a@b.vn, c@d.vn\",", "email"),
        ("H1,,<a@b.vn>,", "email"),
        (&format!("H1,,{long},"), "email"),
        (&format!("H1,,{long_host},"), "email"),
        ("H1,,,yesterday", "closed_at"),
        ("H1,,,9999-12-31", "closed_at"),
        ("H1,,,2026-11-21T09:00", "closed_at"),
        ("H1,,,21/11/2026 09:00", "closed_at"),
        ("H1,,,10/15/2026", "closed_at"),
        ("H1,,,31/02/2026", "closed_at"),
        ("H1,,,15/10/26", "closed_at"),
        ("H1,,,15/10/2026/1", "closed_at"),
        ("H1,,,+5/10/2026", "closed_at"),
        ("H1,,,15/10/2026 9h30", "closed_at"),
        ("H1,,,15/10/2026 24:30", "closed_at"),
        ("H1,,,15/10/2026 09:30Z", "closed_at"),
        (&format!("{},,,", "x".repeat(65)), "dossier"),
    ] {
        let text = format!("dossier,phone,email,closed_at\nOK,,,\n{row}\n");
        let said = match read(&text, now()) {
            // A contact that cannot be used costs no link.
            Ok(listed) => {
                assert!(["phone", "email"].contains(&column), "{row}");
                assert_eq!(listed.dossiers.len(), 2, "{row}");
                assert_eq!((&*listed.dossiers[1].phone, &*listed.dossiers[1].email), ("", ""));
                told(&listed.left_empty)
            }
            Err(faults) => {
                assert!(["dossier", "closed_at"].contains(&column), "{row}");
                told(&faults)
            }
        };
        assert_eq!(said.len(), 1, "{row}");
        assert!(said[0].starts_with(&format!("dòng 3, cột {column}: ")), "{row}: {said:?}");
    }
}

#[test]
fn a_column_that_is_missing_or_there_twice_is_told() {
    let missing = of("code,phone\n1,\n").unwrap_err();
    assert!(told(&missing)[0].contains("không có cột mã hồ sơ"), "{missing:?}");
    let twice = of("dossier,phone,Dossier\n1,,2\n").unwrap_err();
    assert!(told(&twice)[0].starts_with("dòng 1, cột Dossier: "), "{twice:?}");
}

#[test]
fn all_that_is_wrong_is_told_at_once_with_its_lines_whatever_stands_between_cells() {
    for (end, between) in [("\n", ","), ("\r\n", ";"), ("\r\n", "\t"), ("\n", ";")] {
        let rows = [
            ["Mã hồ sơ", "Số điện thoại", "Ngày đóng"],
            ["Q-1", "12", ""],
            ["", "", ""],
            ["", "0912345678", ""],
            ["Q-2", "0912345678", "hôm qua"],
            ["Q-3", "x", "15/10/2026 09:30"],
        ];
        let lines: Vec<String> = rows.iter().map(|row| row.join(between)).collect();
        // An empty line, and one of spaces, between the rows.
        let text = lines.join(end).replace("Q-3", &format!("{end} {end}Q-3")) + end;
        let wrong = told(&pasted(&text, now()).unwrap_err());
        assert_eq!(wrong.len(), 2, "{wrong:?}");
        assert!(wrong[0].starts_with("dòng 4, cột Mã hồ sơ: "), "{end:?} {between:?} {wrong:?}");
        assert!(wrong[1].starts_with("dòng 5, cột Ngày đóng: "), "{end:?} {between:?} {wrong:?}");
        let mended = text.replace("hôm qua", "");
        let mended = mended.replace(&format!("{end}{between}09"), &format!("{end}Q-4{between}09"));
        let listed = pasted(&mended, now()).unwrap();
        assert_eq!(listed.dossiers.len(), 4, "{mended:?}");
        let left = told(&listed.left_empty);
        assert!(left[0].starts_with("dòng 2, cột Số điện thoại: `12`"), "{left:?}");
        assert!(left[1].starts_with("dòng 8, cột Số điện thoại: `x`"), "{left:?}");
        assert_eq!(read(&text, now()).unwrap_err(), pasted(&text, now()).unwrap_err());
    }
}

#[test]
fn the_first_twenty_faults_are_told_and_the_others_counted() {
    let rows: Vec<String> = (0..30).map(|n| format!("H{n},hôm qua")).collect();
    let faults = of(&format!("dossier,closed_at\n{}\n", rows.join("\n"))).unwrap_err();
    let told = told(&faults);
    assert_eq!((faults.all(), told.len()), (30, 21));
    assert!(told[19].starts_with("dòng 21, "), "{told:?}");
    assert_eq!(told[20], "và 10 chỗ nữa");
}
