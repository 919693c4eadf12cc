//! Numbers of twice the digits of a float, as the sum of two (Dekker 1971): of
//! terms that cancel, sixteen digits are left where nothing would be.

/// A value and what rounding took from it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Twofold(f64, f64);

impl Twofold {
    pub(super) fn of(value: f64) -> Self {
        Self(value, 0.0)
    }

    /// A whole number below 2¹²⁶ in size.
    pub(super) fn whole(value: i128) -> Self {
        let high = value as f64;
        #[expect(clippy::cast_possible_truncation, reason = "a float of that size is whole")]
        let rest = value - high as i128;
        Self(high, rest as f64)
    }

    pub(super) fn value(self) -> f64 {
        self.0 + self.1
    }

    pub(super) fn plus(self, other: Self) -> Self {
        let sum = self.0 + other.0;
        let part = sum - self.0;
        let error = (self.0 - (sum - part)) + (other.0 - part);
        Self::settled(sum, error + self.1 + other.1)
    }

    pub(super) fn times(self, other: Self) -> Self {
        let product = self.0 * other.0;
        let error = self.0.mul_add(other.0, -product);
        Self::settled(product, error + (self.0 * other.1 + self.1 * other.0))
    }

    pub(super) fn over(self, other: Self) -> Self {
        let first = self.0 / other.0;
        let rest = self.plus(other.times(Self::of(-first)));
        Self::settled(first, rest.value() / other.0)
    }

    fn settled(high: f64, low: f64) -> Self {
        let sum = high + low;
        Self(sum, low - (sum - high))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cancels_leaves_its_digits_behind() {
        let third = Twofold::of(1.0).over(Twofold::of(3.0));
        let rest = third.times(Twofold::of(3.0)).plus(Twofold::of(-1.0));
        assert!(rest.value().abs() < 1e-31, "{rest:?}");
        let large = Twofold::whole((1 << 100) + 12_345).plus(Twofold::whole(-(1 << 100)));
        assert!((large.value() - 12_345.0).abs() < 1e-9, "{large:?}");
        let product = Twofold::whole(10_i128.pow(17) + 1).times(Twofold::whole(10_i128.pow(13)));
        let left = product.plus(Twofold::whole(-10_i128.pow(30)));
        assert!((left.value() - 1e13).abs() < 0.1, "{left:?}");
    }
}
