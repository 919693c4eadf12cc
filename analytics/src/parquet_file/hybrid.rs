//! Runs of small numbers, as Parquet packs places in a dictionary and levels:
//! either one number many times, or eight at a time of the same few bits.

/// Bits of numbers that are few.
const MOST_FEW: usize = 4;

/// That the bytes end before the numbers do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut;

/// Where the reading of some runs stands. The bytes are handed in each time.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Hybrid {
    /// Bits of a number, at most 24.
    width: usize,
    /// Where the next run begins.
    next: usize,
    /// A number, and how many times it is still to come.
    repeated: (usize, usize),
    /// Where packed numbers begin, how many of them were read and how many there are.
    packed: (usize, usize, usize),
}

impl Hybrid {
    /// Runs of numbers of `width` bits that begin at the byte `start`.
    pub(super) fn new(width: usize, start: usize) -> Self {
        Self { width, next: start, repeated: (0, 0), packed: (0, 0, 0) }
    }

    /// Fills `out` with what `table` has at the next numbers; it has a place for
    /// every number of so many bits.
    pub(super) fn fill<T: Copy>(
        &mut self,
        bytes: &[u8],
        out: &mut [T],
        table: &[T],
    ) -> Result<(), Cut> {
        let width = self.width;
        let unpack = |bytes: &[u8], first, out: &mut [T]| unpack(bytes, width, first, out, table);
        self.runs(bytes, out, |number| table[number], unpack)
    }

    /// Fills `out` with the next numbers, of one bit each.
    pub(super) fn bits(&mut self, bytes: &[u8], out: &mut [u8]) -> Result<(), Cut> {
        self.runs(bytes, out, |number| u8::from(number == 1), unpack_bits)
    }

    /// Fills `out` run by run: with what a number that is repeated becomes, and with
    /// those that are packed in bytes, from the one at a place on.
    fn runs<T: Copy>(
        &mut self,
        bytes: &[u8],
        mut out: &mut [T],
        repeated: impl Fn(usize) -> T,
        unpack: impl Fn(&[u8], usize, &mut [T]) -> Result<(), Cut>,
    ) -> Result<(), Cut> {
        while !out.is_empty() {
            let (number, times) = self.repeated;
            let (start, read, packed) = self.packed;
            if times > 0 {
                let (now, later) = out.split_at_mut(times.min(out.len()));
                now.fill(repeated(number));
                self.repeated.1 -= now.len();
                out = later;
            } else if read < packed {
                let (now, later) = out.split_at_mut((packed - read).min(out.len()));
                unpack(bytes.get(start..).unwrap_or_default(), read, now)?;
                self.packed.1 += now.len();
                out = later;
            } else {
                self.advance(bytes)?;
            }
        }
        Ok(())
    }

    /// Reads the head of the next run.
    fn advance(&mut self, bytes: &[u8]) -> Result<(), Cut> {
        let mut head = 0_u64;
        for shift in (0..35).step_by(7) {
            let byte = *bytes.get(self.next).ok_or(Cut)?;
            self.next += 1;
            head |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                let count = usize::try_from(head >> 1).map_err(|_| Cut)?;
                if head & 1 == 1 {
                    self.packed = (self.next, 0, 8 * count);
                    self.next += count * self.width;
                } else {
                    let size = self.width.div_ceil(8);
                    let number = bytes.get(self.next..self.next + size).ok_or(Cut)?;
                    let number =
                        number.iter().rev().fold(0, |all, byte| all << 8 | usize::from(*byte));
                    if number >> self.width != 0 {
                        return Err(Cut);
                    }
                    self.next += size;
                    self.repeated = (number, count);
                }
                return Ok(());
            }
        }
        Err(Cut)
    }
}

/// Fills `out` with what `table` has at the packed numbers from the one at `first`.
fn unpack<T: Copy>(
    bytes: &[u8],
    width: usize,
    first: usize,
    out: &mut [T],
    table: &[T],
) -> Result<(), Cut> {
    if bytes.len() * 8 < (first + out.len()) * width {
        return Err(Cut);
    }
    let table = &table[..1 << width];
    // Eight numbers begin at a whole byte.
    let before = (first.next_multiple_of(8) - first).min(out.len());
    let (head, rest) = out.split_at_mut(before);
    let (eights, tail) = rest.as_chunks_mut();
    let after = first + before + 8 * eights.len();
    one_by_one(bytes, width, first, head, table);
    let bytes_of_eights = bytes.get((first + before) / 8 * width..).unwrap_or_default();
    match width {
        1 => eight_by_eight::<1, T>(bytes_of_eights, eights, table),
        2 => eight_by_eight::<2, T>(bytes_of_eights, eights, table),
        3 => eight_by_eight::<3, T>(bytes_of_eights, eights, table),
        4 => eight_by_eight::<4, T>(bytes_of_eights, eights, table),
        _ => one_by_one(bytes, width, first + before, eights.as_flattened_mut(), table),
    }
    one_by_one(bytes, width, after, tail, table);
    Ok(())
}

fn one_by_one<T: Copy>(bytes: &[u8], width: usize, first: usize, out: &mut [T], table: &[T]) {
    let mask = (1 << width) - 1;
    for (number, out) in (first..).zip(out) {
        let bit = number * width;
        *out = table[at(word(bytes, bit / 8) >> (bit % 8) & mask)];
    }
}

/// The same for few bits, of which the compiler knows how many: two numbers are looked
/// up at a time.
fn eight_by_eight<const WIDTH: usize, T: Copy>(bytes: &[u8], out: &mut [[T; 8]], table: &[T]) {
    let table = &table[..1 << WIDTH];
    let mut twos = [[table[0]; 2]; 1 << (2 * MOST_FEW)];
    let twos = &mut twos[..1 << (2 * WIDTH)];
    for (both, two) in twos.iter_mut().enumerate() {
        *two = [table[both % table.len()], table[both / table.len()]];
    }
    for (start, eight) in (0..).step_by(WIDTH).zip(out) {
        let packed = word(bytes, start);
        let (pairs, _) = eight.as_chunks_mut();
        for (place, two) in pairs.iter_mut().enumerate() {
            *two = twos[at(packed >> (2 * place * WIDTH)) % twos.len()];
        }
    }
}

/// Fills `out` with the bits of `bytes` from the one at `first`, the lowest of a byte first.
fn unpack_bits(bytes: &[u8], first: usize, out: &mut [u8]) -> Result<(), Cut> {
    if bytes.len() * 8 < first + out.len() {
        return Err(Cut);
    }
    let bit = |number: usize| bytes[number / 8] >> (number % 8) & 1;
    let before = (first.next_multiple_of(8) - first).min(out.len());
    let (head, rest) = out.split_at_mut(before);
    let (eights, tail) = rest.as_chunks_mut::<8>();
    let (middle, after) = (first + before, first + before + 8 * eights.len());
    (first..).zip(head).for_each(|(number, out)| *out = bit(number));
    for (eight, byte) in eights.iter_mut().zip(&bytes[middle / 8..]) {
        // Each byte keeps one bit of its own, which is then carried to its highest.
        let apart = (u64::from(*byte) * 0x0101_0101_0101_0101) & 0x8040_2010_0804_0201;
        let highest = (apart + 0x7F7F_7F7F_7F7F_7F7F) >> 7;
        *eight = (highest & 0x0101_0101_0101_0101).to_le_bytes();
    }
    (after..).zip(tail).for_each(|(number, out)| *out = bit(number));
    Ok(())
}

#[expect(clippy::cast_possible_truncation, reason = "only its lowest 24 bits are used")]
const fn at(number: u64) -> usize {
    number as usize
}

/// Eight bytes from `start`, the first of them lowest; zeros after the end.
#[inline]
fn word(bytes: &[u8], start: usize) -> u64 {
    let rest = &bytes[start.min(bytes.len())..];
    if let Some(eight) = rest.first_chunk() {
        return u64::from_le_bytes(*eight);
    }
    let mut eight = [0; 8];
    eight[..rest.len()].copy_from_slice(rest);
    u64::from_le_bytes(eight)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Packed runs of `numbers`, whose count is a multiple of eight.
    fn packed(numbers: &[u64], width: usize) -> Vec<u8> {
        let mut bits: Vec<bool> = Vec::new();
        for number in numbers {
            bits.extend((0..width).map(|bit| number >> bit & 1 == 1));
        }
        let mut bytes = vec![u8::try_from(numbers.len() / 8 * 2 + 1).unwrap()];
        bytes.extend(bits.chunks(8).map(|byte| {
            byte.iter().enumerate().fold(0, |all, (bit, on)| all | u8::from(*on) << bit)
        }));
        bytes
    }

    #[test]
    fn packed_numbers_of_every_width_come_back_in_pieces_of_any_size() {
        for width in 0..=13 {
            let numbers: Vec<u64> = (0..80).map(|n| (n * 2_654_435_761) % (1 << width)).collect();
            let bytes = packed(&numbers, width);
            let table: Vec<u32> = (0..1 << width).collect();
            for piece in [1, 3, 8, 11, 64, 80] {
                let mut runs = Hybrid::new(width, 0);
                let mut found = vec![0; 80];
                for out in found.chunks_mut(piece) {
                    runs.fill(&bytes, out, &table).unwrap();
                }
                assert!(
                    found.iter().map(|n| u64::from(*n)).eq(numbers.iter().copied()),
                    "{width} {piece}"
                );
            }
        }
    }

    #[test]
    fn bits_come_back_in_pieces_of_any_size() {
        let numbers: Vec<u64> = (0..80).map(|n| (n * 2_654_435_761) >> 5 & 1).collect();
        let bytes = [packed(&numbers, 1), vec![7 << 1, 1]].concat();
        let wanted: Vec<u8> = numbers.iter().map(|n| u8::from(*n == 1)).chain([1; 7]).collect();
        for piece in [1, 3, 8, 11, 64, 87] {
            let mut runs = Hybrid::new(1, 0);
            let mut found = vec![9; wanted.len()];
            for out in found.chunks_mut(piece) {
                runs.bits(&bytes, out).unwrap();
            }
            assert_eq!(found, wanted, "{piece}");
        }
        for cut in 0..bytes.len() {
            let found = Hybrid::new(1, 0).bits(&bytes[..cut], &mut [0; 87]);
            assert_eq!(found, Err(Cut), "{cut}");
        }
    }

    #[test]
    fn repeated_and_packed_runs_follow_each_other() {
        let mut bytes = vec![5 << 1, 3];
        bytes.extend(packed(&[0, 1, 2, 3, 0, 1, 2, 3], 2));
        bytes.extend([2 << 1, 1]);
        let mut found = [9; 15];
        Hybrid::new(2, 0).fill(&bytes, &mut found, &[10, 11, 12, 13]).unwrap();
        assert_eq!(found, [13, 13, 13, 13, 13, 10, 11, 12, 13, 10, 11, 12, 13, 11, 11]);
    }

    #[test]
    fn bytes_that_end_too_early_or_lie_are_no_numbers() {
        let table = [0, 1, 2, 3];
        for bytes in [&[][..], &[0x80], &[3, 0xFF], &[4], &[4, 4], &[0xFF; 6], &[0, 0, 0]] {
            let mut out = [0; 9];
            assert_eq!(Hybrid::new(2, 0).fill(bytes, &mut out, &table), Err(Cut), "{bytes:?}");
        }
    }
}
