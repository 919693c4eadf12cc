use surveys::Language;

use super::*;

#[test]
fn channels_of_which_nothing_may_be_told_are_told_together() {
    let count = |(channel, responses)| ChannelCount { channel, responses };
    let counts = [(Channel::Kiosk, 40), (Channel::Qr, 1_200), (Channel::Paper, 3)].map(count);
    let pair = |label: &str, n: &str| (label.to_owned(), n.to_owned());
    let rows =
        |told: &[Channel]| channels(Words::new(Language::En), &counts, |c| told.contains(&c));
    assert_eq!(rows(&[Channel::Qr]), [pair("QR code", "1,200"), pair("Other channels", "43")]);
    assert_eq!(rows(&Channel::ALL).len(), 3);
    assert_eq!(rows(&Channel::ALL)[0], pair("Tablet at the counter", "40"));
}

#[test]
fn every_rule_has_its_own_sentence() {
    for language in Language::ALL {
        let mut said: Vec<String> = Aggregation::ALL
            .into_iter()
            .map(|rule| Words::new(language).with(aggregation_key(rule), &[("code", rule.name())]))
            .collect();
        said.sort();
        said.dedup();
        assert_eq!(said.len(), Aggregation::ALL.len());
    }
}
