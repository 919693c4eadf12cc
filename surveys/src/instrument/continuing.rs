//! A version that continues a former one: everything from which its figures are made is
//! the same, so a change or a line over months reaches from one to the other.

use super::{Instrument, Item, Scale};
use crate::text::Text;

/// Why an instrument does not continue a former version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotContinued {
    /// There is no such version, or none before it.
    #[error(
        "there is no version {version} of `{id}` before this one; name a shipped version, or leave `continues` out"
    )]
    NoSuchVersion {
        /// The instrument.
        id: String,
        /// The version that is not there.
        version: u32,
    },
    /// The index is made by another rule.
    #[error(
        "the aggregation is not that of version {version}; leave `continues` out, its index begins anew"
    )]
    Aggregation {
        /// The former version.
        version: u32,
    },
    /// Parts or components are not the same.
    #[error(
        "the parts and components are not those of version {version}: same codes, words, weights and order; make them the same, or leave `continues` out"
    )]
    Components {
        /// The former version.
        version: u32,
    },
    /// A rating is another, new or gone.
    #[error(
        "the rating `{item}` is not as in version {version}: same code, words, scale, component and order; make it the same, or leave `continues` out"
    )]
    Rating {
        /// The item.
        item: String,
        /// The former version.
        version: u32,
    },
    /// A scale on which ratings are answered is another.
    #[error(
        "the scale `{scale}` is not as in version {version}: same options, words, satisfied values and \"no opinion\"; make it the same, or leave `continues` out"
    )]
    Scale {
        /// The scale.
        scale: String,
        /// The former version.
        version: u32,
    },
    /// Points and ranks are not the same.
    #[error(
        "points and ranks are not those of version {version}; make them the same, or leave `continues` out"
    )]
    Points {
        /// The former version.
        version: u32,
    },
}

impl NotContinued {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        let or = "hãy sửa cho giống, hoặc bỏ dòng `continues`";
        let vi = match self {
            Self::NoSuchVersion { id, version } => format!(
                "Trước phiên bản này chưa có phiên bản {version} của phiếu `{id}`; hãy ghi một phiên bản đã có, hoặc bỏ dòng `continues`"
            ),
            Self::Aggregation { version } => format!(
                "Quy tắc tổng hợp khác phiên bản {version}; hãy bỏ dòng `continues`, chỉ số tính lại từ đầu"
            ),
            Self::Components { version } => format!(
                "Các phần, thành phần khác phiên bản {version} (mã, tên, trọng số, thứ tự phải như cũ); {or}"
            ),
            Self::Rating { item, version } => format!(
                "Câu đánh giá `{item}` khác phiên bản {version} (mã, câu chữ, thang, thành phần, thứ tự phải như cũ); {or}"
            ),
            Self::Scale { scale, version } => format!(
                "Thang `{scale}` khác phiên bản {version} (phương án, câu chữ, mức hài lòng, “không có ý kiến” phải như cũ); {or}"
            ),
            Self::Points { version } => {
                format!("Điểm và hạng khác phiên bản {version}; {or}")
            }
        };
        Text::new(vi, self.to_string())
    }
}

impl Instrument {
    /// Whether it keeps what it says to continue, given the version of that number.
    ///
    /// # Errors
    /// The first [`NotContinued`].
    pub fn keeps(&self, former: Option<&Self>) -> Result<(), NotContinued> {
        let Some(version) = self.continues else { return Ok(()) };
        let is_it = |f: &&Self| f.id == self.id && f.version == version && version < self.version;
        let Some(former) = former.filter(is_it) else {
            return Err(NotContinued::NoSuchVersion { id: self.id.to_string(), version });
        };
        if self.aggregation != former.aggregation {
            return Err(NotContinued::Aggregation { version });
        }
        if self.parts != former.parts || self.components != former.components {
            return Err(NotContinued::Components { version });
        }
        let (own, before) = (self.ratings(), former.ratings());
        for place in 0..own.len().max(before.len()) {
            let [own, before] = [own.get(place), before.get(place)];
            if own == before {
                continue;
            }
            let item = own.or(before).map(|item| item.code.to_string()).unwrap_or_default();
            return Err(NotContinued::Rating { item, version });
        }
        for item in own {
            let [scale, before] = [self.scale_of(item), former.scale_of(item)];
            if scale != before {
                let scale = scale.map(|s: &Scale| s.code.to_string()).unwrap_or_default();
                return Err(NotContinued::Scale { scale, version });
            }
        }
        if self.rating != former.rating {
            return Err(NotContinued::Points { version });
        }
        Ok(())
    }

    /// The items from which figures are made.
    fn ratings(&self) -> Vec<&Item> {
        self.items.iter().filter(|item| item.component().is_some()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    fn quick(version: u32) -> &'static Instrument {
        catalog::instrument("quick-counter", Some(version)).unwrap()
    }

    /// What keeps the second version, changed by `change`, from continuing the first.
    fn refused(change: impl Fn(&mut Instrument)) -> NotContinued {
        let mut second = quick(2).clone();
        change(&mut second);
        second.keeps(Some(quick(1))).unwrap_err()
    }

    #[test]
    fn the_second_quick_survey_continues_the_first_and_changed_it_would_not() {
        assert_eq!(quick(2).keeps(Some(quick(1))), Ok(()));
        let rating = |item: &str| NotContinued::Rating { item: item.into(), version: 1 };
        assert_eq!(refused(|i| i.items[1].text.vi += "?"), rating("A2"));
        assert_eq!(refused(|i| i.items[1].text.en += "?"), rating("A2"));
        assert_eq!(refused(|i| i.items.swap(0, 1)), rating("A2"));
        assert_eq!(refused(|i| drop(i.items.remove(4))), rating("A5"));
        let scale = || NotContinued::Scale { scale: "hai-long-5".into(), version: 1 };
        assert_eq!(refused(|i| i.scales[0].options[0].text.vi += "!"), scale());
        assert_eq!(refused(|i| i.scales[0].satisfied = vec![5]), scale());
        assert_eq!(refused(|i| i.scales[0].no_opinion = None), scale());
        let components = NotContinued::Components { version: 1 };
        assert_eq!(refused(|i| i.components[0].title.vi += "!"), components);
        let rule = crate::instrument::Aggregation::Pooled;
        assert_eq!(refused(|i| i.aggregation = rule), NotContinued::Aggregation { version: 1 });
        let no_such = |version| NotContinued::NoSuchVersion { id: "quick-counter".into(), version };
        assert_eq!(refused(|i| i.continues = Some(2)), no_such(2));
        assert_eq!(quick(2).keeps(None), Err(no_such(1)));
        // What enters no figure may change.
        let mut second = quick(2).clone();
        second.items[5].text.vi += "!";
        second.scales[1].options.pop();
        assert_eq!(second.keeps(Some(quick(1))), Ok(()));
    }
}
