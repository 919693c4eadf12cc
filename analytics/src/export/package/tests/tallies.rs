use super::*;

/// The tallies of a package as text without its mark.
fn tallies_of(package: &Package<'_>) -> String {
    let files = unzipped(&package.zip().unwrap());
    let (_, bytes) = files.iter().find(|(name, _)| name == "tong-cong.csv").unwrap();
    std::str::from_utf8(bytes).unwrap().trim_start_matches('\u{feff}').to_owned()
}

#[test]
fn public_tallies_say_what_the_results_say_and_nothing_besides() {
    let mut all = forms(Channel::Qr, 150);
    for (i, (_, answers)) in all.iter_mut().enumerate() {
        answers[4] = Some(if i < 5 { 4 } else { 9 });
        answers[3] = (i < 140).then_some(5);
    }
    let month = Month::of(&all);
    let package = month.package(false);
    let files = unzipped(&package.zip().unwrap());
    let (tallies, results) = (table(&files, "tong-cong.csv"), table(&files, "ket-qua.csv"));
    let at = |name: &str| column(&tallies, name);
    let mut withheld = 0;
    for row in &tallies[1..] {
        let [level, a, b] = ["level", "a", "b"].map(|name| &*row[at(name)]);
        assert_eq!(a, b);
        assert!(level == "item" || level == "component", "{row:?}");
        let names = ["so_phieu", "so_hop_le", "so_hai_long", "khong_y_kien", "khong_tra_loi"];
        let told = cells(&results, ["tat_ca", level, a], &names);
        let [_, valid, satisfied, ..] = told[..] else { panic!("{told:?}") };
        let mut wanted = told.clone();
        wanted.extend([valid, satisfied, satisfied, satisfied, valid]);
        if satisfied.is_empty() {
            wanted.fill("");
            withheld += 1;
        }
        assert_eq!(row[at("respondents")..], wanted, "{row:?}");
    }
    // Five questions, each a component of its own: those of two are hidden.
    assert_eq!((tallies.len(), withheld), (11, 4));
}

#[test]
fn whole_tallies_are_in_the_internal_package_alone_and_read_back() {
    let month = Month::of(&[forms(Channel::Qr, 40), forms(Channel::Paper, 4)].concat());
    let by = INTERNAL_GROUPS.map(str::to_owned);
    let mut frame = FrameBuilder::new(month.instrument, &INTERNAL_GROUPS).unwrap();
    for (i, answer) in [5, 2, 9, 4].into_iter().enumerate() {
        let day = format!("2026-10-0{}", i % 2 + 1);
        frame.push(&["p", "paper", &day], &[Some(answer); 5]).unwrap();
    }
    let whole = Tallies::of_frame(&frame.finish(), month.instrument, &by, false).unwrap();
    let mut package = month.package(true);
    let public = package.file_name();
    package.internal = true;
    package.answered[0].tallies = Some(&whole);
    assert_eq!(public, "hailong_00385_2026-10_mo-phong.zip");
    assert_eq!(package.file_name(), "hailong_00385_2026-10_noi-bo_mo-phong.zip");
    let keys = [&by[..], &["commune_code".to_owned(), "period".to_owned()]].concat();
    let options = crate::frame::csv_file::CsvOptions { keys, ..Default::default() };
    let text = tallies_of(&package);
    let read = Tallies::read_csv(text.as_bytes(), month.instrument, &options).unwrap();
    assert!(read.simulated && !read.withheld);
    assert_eq!(read.tallies.respondents(), 4);
    let everybody = EstimateOptions::default();
    let one = crate::estimate_tallies(&read.tallies, month.instrument, &everybody).unwrap();
    let other = crate::estimate_tallies(&whole, month.instrument, &everybody).unwrap();
    assert_eq!(one, other);
    let files = unzipped(&package.zip().unwrap());
    for (name, bytes) in &files[4..6] {
        assert!(String::from_utf8_lossy(bytes).contains("NỘI BỘ"), "{name}");
    }
}
