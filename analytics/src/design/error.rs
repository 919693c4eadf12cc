//! Why a design does not fit its rows.

use surveys::Text;

use super::CalibrationError;
use super::calibration::MOST_APART;

/// Of what sampling units were drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inside {
    /// Primary units, where there are no strata.
    Everything,
    /// Primary units of a stratum.
    Stratum,
    /// Second units of a primary one.
    Primary,
}

impl Inside {
    /// What `name` is called, in Vietnamese and in English.
    fn words(self, name: &str) -> (String, String) {
        match self {
            Self::Everything => ("cả mẫu".to_owned(), "the whole sample".to_owned()),
            Self::Stratum => (format!("tầng `{name}`"), format!("the stratum `{name}`")),
            Self::Primary => {
                (format!("đơn vị mẫu cấp một `{name}`"), format!("the primary unit `{name}`"))
            }
        }
    }
}

/// Why a design does not fit its rows.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DesignError {
    /// A column it names is not in the frame.
    #[error("there is no column `{name}` for the sampling design: use one of {known}")]
    NoColumn {
        /// The column.
        name: String,
        /// The columns there are, separated by commas.
        known: String,
    },
    /// A cell that should be a positive number is not.
    #[error(
        "row {row}, column `{column}`: `{value}` is no positive number: write one such as 12.5, with a dot"
    )]
    NotPositive {
        /// The row: its line in the file, or its number among the rows.
        row: u64,
        /// The column.
        column: String,
        /// The cell.
        value: String,
    },
    /// A weight beside which another one would not count.
    #[error(
        "row {row}, column `{column}`: the weight {weight} is more than {MOST_APART} times the weight {smallest} of row {smallest_row}, which would not count beside it: correct one of them"
    )]
    FarApart {
        /// The row of the largest weight: its line in the file, or its number among the rows.
        row: u64,
        /// The column of the weights.
        column: String,
        /// The largest weight.
        weight: f64,
        /// The row of the smallest weight.
        smallest_row: u64,
        /// The smallest weight.
        smallest: f64,
    },
    /// A cell that should name a stratum or sampling unit is empty.
    #[error(
        "row {row}, column `{column}`: the cell is empty: every response needs its stratum and sampling unit"
    )]
    Empty {
        /// The row: its line in the file, or its number among the rows.
        row: u64,
        /// The column.
        column: String,
    },
    /// More stages than two.
    #[error(
        "{ids} columns of sampling units were named: name those of the first stage and of the second"
    )]
    TooManyStages {
        /// The columns named.
        ids: usize,
    },
    /// The population counts are not one per stage.
    #[error(
        "{fpc} columns of population counts for {stages} stages of sampling: give one for each stage, or none"
    )]
    CountsPerStage {
        /// The columns of counts.
        fpc: usize,
        /// The stages.
        stages: usize,
    },
    /// The bound of the weights is none.
    #[error(
        "weights cannot be trimmed at {times} times their mean: give a number above 1, such as 5"
    )]
    BadTrim {
        /// The bound.
        times: f64,
    },
    /// There is nothing to trim.
    #[error("weights are to be trimmed and there are none: name their column or give margins")]
    NothingToTrim,
    /// A primary sampling unit has rows in two strata.
    #[error(
        "row {row}, column `{column}`: the sampling unit `{unit}` is in the strata `{first}` and `{second}`: give units of different strata different names"
    )]
    TwoStrata {
        /// A row in the second stratum.
        row: u64,
        /// The column of the units.
        column: String,
        /// The unit.
        unit: String,
        /// The stratum in which it was first.
        first: String,
        /// The other one.
        second: String,
    },
    /// The population counts of one stratum differ.
    #[error(
        "row {row}, column `{column}`: {} has {first} and {second} units in the population: give it one number", inside.words(stratum).1
    )]
    TwoCounts {
        /// Of what the units were drawn.
        inside: Inside,
        /// A row with the second count.
        row: u64,
        /// The column of the counts.
        column: String,
        /// The stratum.
        stratum: String,
        /// The first count.
        first: f64,
        /// The other one.
        second: f64,
    },
    /// More units were drawn than there are.
    #[error(
        "row {row}, column `{column}`: {drawn} sampling units of {} were drawn and it has {population} in the population: correct the count", inside.words(stratum).1
    )]
    TooFewInPopulation {
        /// The first row of the stratum.
        row: u64,
        /// Of what the units were drawn.
        inside: Inside,
        /// The column of the counts.
        column: String,
        /// The stratum.
        stratum: String,
        /// Units drawn.
        drawn: u32,
        /// Units there are.
        population: f64,
    },
    /// A stratum has one unit, and nothing was said about it.
    #[error(
        "row {row}, column `{column}`: {} has only one sampling unit, so its variance is unknown: join it with another stratum, or say with --lonely remove, adjust or average what becomes of it", inside.words(stratum).1
    )]
    Lonely {
        /// The first row of the stratum.
        row: u64,
        /// Of what the unit was drawn.
        inside: Inside,
        /// The column of the strata, or of the units where there are no strata.
        column: String,
        /// The stratum.
        stratum: String,
    },
    /// One second unit was drawn of a primary one, and nothing fitting was said.
    #[error(
        "row {row}, column `{column}`: of the sampling unit `{unit}` only one second unit was drawn, so the variance inside is unknown: say --lonely remove or adjust, or leave the second column of --psu and --fpc out"
    )]
    LonelySecond {
        /// The first row of the unit.
        row: u64,
        /// The column of the second units.
        column: String,
        /// The primary unit.
        unit: String,
    },
    /// The weights cannot be made to meet the margins.
    #[error(transparent)]
    Calibration(#[from] CalibrationError),
}

impl DesignError {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::NoColumn { name, known } => {
                format!(
                    "Không có cột `{name}` cho thiết kế mẫu: hãy dùng một trong các cột {known}"
                )
            }
            Self::NotPositive { row, column, value } => format!(
                "Dòng {row}, cột `{column}`: `{value}` không phải là số dương: hãy viết như 12.5, dùng dấu chấm"
            ),
            Self::FarApart { row, column, weight, smallest_row, smallest } => format!(
                "Dòng {row}, cột `{column}`: quyền số {weight} lớn hơn {MOST_APART} lần quyền số {smallest} của dòng {smallest_row}, khiến dòng ấy không còn được tính: hãy sửa một trong hai"
            ),
            Self::Empty { row, column } => format!(
                "Dòng {row}, cột `{column}`: ô trống: mỗi phiếu cần có tầng và đơn vị mẫu của mình"
            ),
            Self::TooManyStages { ids } => format!(
                "Đã nêu {ids} cột đơn vị mẫu: hãy nêu cột của giai đoạn một và của giai đoạn hai"
            ),
            Self::CountsPerStage { fpc, stages } => format!(
                "Có {fpc} cột số đơn vị trong tổng thể cho {stages} giai đoạn chọn mẫu: hãy cho mỗi giai đoạn một cột, hoặc không cột nào"
            ),
            Self::BadTrim { times } => format!(
                "Không cắt được quyền số ở mức {times} lần trung bình: hãy cho một số lớn hơn 1, ví dụ 5"
            ),
            Self::NothingToTrim => "Có yêu cầu cắt quyền số nhưng không có quyền số: hãy nêu cột quyền số hoặc tệp tổng thể".to_owned(),
            Self::TwoStrata { row, column, unit, first, second } => format!(
                "Dòng {row}, cột `{column}`: đơn vị mẫu `{unit}` nằm ở cả tầng `{first}` và tầng `{second}`: hãy đặt tên khác nhau cho đơn vị của các tầng khác nhau"
            ),
            Self::TwoCounts { inside, row, column, stratum, first, second } => format!(
                "Dòng {row}, cột `{column}`: {} có {first} rồi {second} đơn vị trong tổng thể: hãy ghi một con số",
                inside.words(stratum).0
            ),
            Self::TooFewInPopulation { inside, row, column, stratum, drawn, population } => format!(
                "Dòng {row}, cột `{column}`: {} đã chọn {drawn} đơn vị mẫu trong khi tổng thể có {population}: hãy sửa con số",
                inside.words(stratum).0
            ),
            Self::Lonely { row, inside, column, stratum } => format!(
                "Dòng {row}, cột `{column}`: {} chỉ có một đơn vị mẫu nên không tính được phương sai: hãy gộp với tầng khác, hoặc nêu cách xử lý bằng --lonely remove, adjust hay average",
                inside.words(stratum).0
            ),
            Self::LonelySecond { row, column, unit } => format!(
                "Dòng {row}, cột `{column}`: trong đơn vị mẫu `{unit}` chỉ chọn một đơn vị cấp hai nên không tính được phương sai bên trong: hãy nêu --lonely remove hoặc adjust, hoặc bỏ cột thứ hai của --psu và --fpc"
            ),
            Self::Calibration(error) => return error.text(),
        };
        Text::new(vi, self.to_string())
    }
}
