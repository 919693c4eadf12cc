//! The instrument (phiếu khảo sát): what is asked, on which scales, and how the
//! answers add up.

pub mod continuing;
pub mod file;
#[cfg(test)]
mod shipped_tests;

use serde::Serialize;

use crate::code::{ComponentCode, InstrumentId, ItemCode, PartCode, ScaleCode};
use crate::text::Text;

/// One version of an instrument. A version that has responses never changes:
/// a new wording is a new version.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Instrument {
    /// Names the instrument through all its versions.
    pub id: InstrumentId,
    /// From 1 upwards.
    pub version: u32,
    /// The former version whose ratings it keeps, all of them and word for word, so that
    /// its figures go on where those of that version end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub continues: Option<u32>,
    /// What it is called.
    pub title: Text,
    /// One or two sentences shown before the first question.
    pub introduction: Text,
    /// How items add up to the index; printed beside every index.
    pub aggregation: Aggregation,
    /// The scales its items use.
    pub scales: Vec<Scale>,
    /// Groups of components, in order.
    pub parts: Vec<Part>,
    /// Components, in order.
    pub components: Vec<Component>,
    /// Items, in the order in which they are asked.
    pub items: Vec<Item>,
    /// Points and ranks, for ratings that give points per form.
    pub rating: Option<Rating>,
}

/// The rule that makes an index of items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aggregation {
    /// All satisfied answers over all valid answers.
    Pooled,
    /// The mean of the item rates.
    MeanOfItems,
    /// The mean of the pooled component rates.
    MeanOfComponents,
    /// The weighted mean of the parts, each part the mean of its components' pooled rates.
    WeightedParts,
}

impl Aggregation {
    /// Every rule.
    pub const ALL: [Self; 4] =
        [Self::Pooled, Self::MeanOfItems, Self::MeanOfComponents, Self::WeightedParts];

    /// The name used in files and exports, such as `mean_of_components`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pooled => "pooled",
            Self::MeanOfItems => "mean_of_items",
            Self::MeanOfComponents => "mean_of_components",
            Self::WeightedParts => "weighted_parts",
        }
    }
}

/// An ordered set of response options.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Scale {
    /// Names it inside the instrument.
    pub code: ScaleCode,
    /// Options in the order shown. Values are 0 to 99 and distinct.
    pub options: Vec<ResponseOption>,
    /// Values that count as satisfied; empty for scales that measure no satisfaction.
    pub satisfied: Vec<u8>,
    /// The option "no opinion": offered apart, and never counted as an answer.
    pub no_opinion: Option<ResponseOption>,
}

impl Scale {
    /// Whether `value` may be chosen, "no opinion" included.
    pub fn offers(&self, value: u8) -> bool {
        self.options.iter().chain(&self.no_opinion).any(|o| o.value == value)
    }
}

/// One answer that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResponseOption {
    /// What is stored.
    pub value: u8,
    /// What is read.
    #[serde(flatten)]
    pub text: Text,
}

/// A group of components.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// Names it.
    pub code: PartCode,
    /// What it is called.
    pub title: Text,
    /// Its weight in the index; only with [`Aggregation::WeightedParts`], where weights add up to 1.
    pub weight: Option<f64>,
}

/// A component (thành phần) of satisfaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Component {
    /// Names it; the same in every instrument that asks about it.
    pub code: ComponentCode,
    /// The part it belongs to, if the instrument has parts.
    pub part: Option<PartCode>,
    /// What it is called.
    pub title: Text,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Names it inside the instrument; also its column in files.
    pub code: ItemCode,
    /// What it asks for.
    pub kind: ItemKind,
    /// The scale it is answered on; none for a comment.
    pub scale: Option<ScaleCode>,
    /// Whether several options may be chosen.
    pub multiple: bool,
    /// Who answers it.
    pub scored_by: ScoredBy,
    /// After which ratings it is asked; `None` for an item that everybody is asked.
    pub asked_after: Option<AskedAfter>,
    /// The question.
    pub text: Text,
    /// A sentence that helps to answer it.
    pub hint: Option<Text>,
}

/// The condition on which an item is asked: one of the form's ratings is low. All ratings
/// stand before such an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AskedAfter {
    /// The highest value that is low; "no opinion" never is.
    pub at_most: u8,
}

/// What an item asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum ItemKind {
    /// Satisfaction with a component: the only kind that enters rates.
    Satisfaction {
        /// The component it belongs to.
        component: ComponentCode,
    },
    /// What the respondent has experienced.
    Experience,
    /// What the respondent wishes to see improved.
    Need,
    /// Coarse demographics, always optional.
    Demographic,
    /// Free text. At most one, asked last; its answer is the submission's comment.
    Comment,
}

/// Who answers an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScoredBy {
    /// The person who was served.
    #[default]
    Citizen,
    /// The office, once per period; never asked of a citizen.
    Office,
}

/// Points per form and the ranks they earn (NĐ 61/2018: nine indicators, 18 points).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rating {
    /// The most points a form can have.
    pub maximum: u32,
    /// Ranks, best first; the last one begins at 0.
    pub ranks: Vec<Rank>,
}

/// A rank and the fewest points that earn it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rank {
    /// The fewest points.
    pub at_least: u32,
    /// What it is called.
    #[serde(flatten)]
    pub text: Text,
}

impl Instrument {
    /// The item named `code`.
    pub fn item(&self, code: &str) -> Option<&Item> {
        self.items.iter().find(|i| i.code.as_str() == code)
    }

    /// The scale an item is answered on; `None` for a comment.
    pub fn scale_of(&self, item: &Item) -> Option<&Scale> {
        let code = item.scale.as_ref()?;
        self.scales.iter().find(|s| s.code == *code)
    }

    /// The component named `code`.
    pub fn component(&self, code: &str) -> Option<&Component> {
        self.components.iter().find(|c| c.code.as_str() == code)
    }

    /// The satisfaction items of `component`, in order.
    pub fn items_of<'a>(&'a self, component: &'a ComponentCode) -> impl Iterator<Item = &'a Item> {
        self.items.iter().filter(move |i| i.component() == Some(component))
    }

    /// Items put to a citizen, in order.
    pub fn asked(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|i| i.scored_by == ScoredBy::Citizen)
    }

    /// Items put to every citizen, whatever they answered before, in order.
    pub fn asked_of_all(&self) -> impl Iterator<Item = &Item> {
        self.asked().filter(|item| item.asked_after.is_none())
    }

    /// The ratings after which `item` is asked, each with the values that are low enough;
    /// `None` for an item that everybody is asked.
    pub fn low_ratings(&self, item: &Item) -> Option<Vec<(&ItemCode, Vec<u8>)>> {
        let AskedAfter { at_most } = item.asked_after?;
        let rating = |rating| {
            let options = self.scale_of(rating).map_or(&[][..], |scale| &scale.options);
            let low = options.iter().map(|option| option.value).filter(|value| *value <= at_most);
            (&rating.code, low.collect())
        };
        Some(self.asked().filter(|item| item.component().is_some()).map(rating).collect())
    }

    /// Whether `item` is put to somebody who chose `chosen` at the ratings: to everybody, or
    /// only after a low one.
    pub fn asks(&self, item: &Item, chosen: impl Fn(&ItemCode) -> Option<u8>) -> bool {
        let is_low = |(rating, low): &(&ItemCode, Vec<u8>)| {
            chosen(rating).is_some_and(|value| low.contains(&value))
        };
        self.low_ratings(item).is_none_or(|ratings| ratings.iter().any(is_low))
    }

    /// The rank that a form with `points` earns; `None` when this instrument gives
    /// no points, or never so many.
    pub fn rank(&self, points: u32) -> Option<&Rank> {
        let rating = self.rating.as_ref().filter(|r| points <= r.maximum)?;
        rating.ranks.iter().find(|r| points >= r.at_least)
    }
}

impl Item {
    /// The component this item measures satisfaction with; `None` for other kinds.
    pub fn component(&self) -> Option<&ComponentCode> {
        match &self.kind {
            ItemKind::Satisfaction { component } => Some(component),
            _ => None,
        }
    }

    /// Whether this is the free-text item.
    pub fn is_comment(&self) -> bool {
        self.kind == ItemKind::Comment
    }
}
