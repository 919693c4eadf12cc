use surveys::Language;

use super::*;

fn rows(counts: &[(Channel, u64)]) -> Vec<(String, String)> {
    let counts: Vec<ChannelCount> = counts
        .iter()
        .map(|(channel, responses)| ChannelCount { channel: *channel, responses: *responses })
        .collect();
    channels(Words::new(Language::En), &counts)
}

#[test]
fn a_small_channel_is_told_together_with_another_so_that_it_cannot_be_subtracted() {
    let (kiosk, qr, paper) = (Channel::Kiosk, Channel::Qr, Channel::Paper);
    let pair = |label: &str, n: &str| (label.to_owned(), n.to_owned());
    assert_eq!(
        rows(&[(kiosk, 40), (qr, 1_200)]),
        [pair("Tablet at the counter", "40"), pair("QR code", "1,200")]
    );
    assert_eq!(
        rows(&[(kiosk, 40), (qr, 1_200), (paper, 3)]),
        [pair("QR code", "1,200"), pair("Tablet at the counter + Paper form", "43")]
    );
    assert_eq!(
        rows(&[(kiosk, 6), (qr, 200), (paper, 5)]),
        [pair("QR code", "200"), pair("Tablet at the counter + Paper form", "11")]
    );
    assert_eq!(rows(&[(kiosk, 3)]), [pair("Tablet at the counter", "3")]);
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
