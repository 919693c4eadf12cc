//! What a reader learns of a withheld count from how often each option was chosen.

use super::*;

/// Counts of one item: by month, channel and option.
type Table = [[[u64; 3]; 2]; 2];

/// Every table of months and channels with these sums of months and of channels.
fn possible(months: [u64; 2], channels: [u64; 2]) -> Vec<[[u64; 2]; 2]> {
    let first = months[0].saturating_sub(channels[1])..=months[0].min(channels[0]);
    first
        .map(|x| {
            let other = months[0] - x;
            [[x, other], [channels[0] - x, channels[1] - other]]
        })
        .collect()
}

/// Shares the options of a month out among its channels, the first ones first.
fn shared_out(mut options: [u64; 3], channels: [u64; 2]) -> [[u64; 3]; 2] {
    channels.map(|mut left| {
        options.each_mut().map(|option| {
            let taken = left.min(*option);
            (left, *option) = (left - taken, *option - taken);
            taken
        })
    })
}

#[test]
fn options_over_all_channels_narrow_no_count_and_channel_by_channel_they_may() {
    let mut narrowed = 0;
    for seed in 0..500_u64 {
        let draw = |n: u64| (seed * 7_919 + n * 104_729) % 1_009 % 4;
        let table: Table = std::array::from_fn(|month| {
            std::array::from_fn(|channel| {
                std::array::from_fn(|option| draw((month * 6 + channel * 3 + option) as u64))
            })
        });
        let of_month =
            |month: usize, option: usize| table[month][0][option] + table[month][1][option];
        let of_channel =
            |channel: usize, option: usize| table[0][channel][option] + table[1][channel][option];
        let months = [0, 1].map(|month| (0..3).map(|option| of_month(month, option)).sum());
        let channels = [0, 1].map(|channel| (0..3).map(|option| of_channel(channel, option)).sum());
        let all = possible(months, channels);
        for counts in &all {
            for (month, channels) in counts.iter().enumerate() {
                let options = std::array::from_fn(|option| of_month(month, option));
                let shared = shared_out(options, *channels);
                let sums = |of: &[u64; 3]| of.iter().sum::<u64>();
                assert_eq!(shared.each_ref().map(sums), *channels, "{table:?}");
                for (option, chosen) in options.iter().enumerate() {
                    assert_eq!(shared[0][option] + shared[1][option], *chosen, "{table:?}");
                }
            }
        }
        // The control: options of each channel besides, each table of an option by itself.
        let by_option: usize = (0..3)
            .map(|option| {
                let months = [0, 1].map(|month| of_month(month, option));
                let channels = [0, 1].map(|channel| of_channel(channel, option));
                possible(months, channels).len() - 1
            })
            .sum();
        narrowed += usize::from(by_option + 1 < all.len());
    }
    assert!(narrowed > 100, "{narrowed}");
}

#[test]
fn options_are_told_by_channel_where_nothing_of_the_item_is_withheld_in_the_year() {
    let through = |first: u64| {
        [(Channel::Qr, [40, 40, 40, 40, 40]), (Channel::Kiosk, [first, 30, 30, 30, 30])]
    };
    let year = |small: u64| [month(&through(30)), month(&through(small)), month(&through(35))];
    let periods = [0..3, 0..1, 1..2, 2..3];
    for all in withheld(quick(), &year(33), &periods) {
        assert!(!all.covers_options(None, "A1") && !all.covers_options(Some(Channel::Qr), "A1"));
    }
    let few = withheld(quick(), &year(4), &periods);
    let hidden = |w: &Withheld| w.covers(Some(Channel::Kiosk), Level::Item, "A1");
    assert!(few.iter().any(hidden) && few.iter().any(|w| !hidden(w)));
    for (period, withheld) in periods.iter().zip(&few) {
        assert!(withheld.covers_options(Some(Channel::Qr), "A1"), "{period:?}");
        assert!(withheld.covers_options(Some(Channel::Kiosk), "A1"), "{period:?}");
        let whole = withheld.covers(None, Level::Item, "A1");
        assert_eq!(withheld.covers_options(None, "A1"), whole, "{period:?}");
    }
    let both = few[0].clone().and(&Withheld::default());
    assert!(both.covers_options(Some(Channel::Qr), "A1"));
}
