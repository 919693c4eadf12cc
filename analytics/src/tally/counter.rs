//! Counts respondents of many groups in any order, a block of rows at a time.
//!
//! What a row adds is first worked out column by column, then added to its group
//! in one go: its answers as bytes, one of four to an item, and its products four
//! to a word, or two where items are many. A group's bytes and words are emptied
//! into its sums before they can run over.

use super::{Kept, Products, Sums, Tally};
use crate::estimate::Counts;
use crate::frame::AnswerClass;

/// How many rows are worked on at a time: few enough that their words stay in the
/// processor's first cache.
pub(crate) const ROWS: usize = 64;
/// How many items a set may have for its products to share a word by fours: a
/// group then has room for 63 rows at least.
const FEW: usize = 32;
/// What stands for the group of a row that does not count.
pub(crate) const NOWHERE: u32 = u32::MAX;
/// Answers that share a byte while their row is looked at.
const PACKED: usize = 4;
/// Bytes that their four classes take in a group.
const LANES: usize = 4 * PACKED;

/// Per four packed answers, a 1 in the byte of each one's class.
const ONE_EACH: [[u8; LANES]; 256] = one_each();

const fn one_each() -> [[u8; LANES]; 256] {
    let mut table = [[0; LANES]; 256];
    let mut packed = 0;
    while packed < table.len() {
        let mut answer = 0;
        while answer < PACKED {
            table[packed][4 * answer + (packed >> (2 * answer) & 3)] = 1;
            answer += 1;
        }
        packed += 1;
    }
    table
}

/// Counts respondents by group.
pub(crate) struct Counter<'a> {
    kept: &'a Kept,
    items: usize,
    /// The ratios of several items, by place: those of one follow from its counts.
    wide: Vec<usize>,
    /// Pairs of places in `sides`, first `wide` with themselves, then the kept pairs.
    products: Vec<(usize, usize)>,
    /// The ratios that products are made of.
    sides: Vec<usize>,
    /// Per group, bytes by item and class.
    lanes: Vec<[u8; LANES]>,
    /// How many words a product of two sets has: one of four parts, or two of two.
    each: usize,
    /// How many rows a group has room for.
    room: u8,
    /// Per group, its words: those of each of `products`, then a byte for each of
    /// `wide`, whether the row has a valid answer.
    words: Vec<u64>,
    /// Per group, rows since its bytes were emptied.
    pending: Vec<u8>,
    /// Per group, its respondents, answers by item and class, and the words' parts.
    sums: Vec<u64>,
    block: Block,
}

/// What the rows of a block add.
#[derive(Default)]
struct Block {
    /// Per four items, their packed answers.
    packed: Vec<[u8; ROWS]>,
    /// Per side, satisfied and valid answers.
    satisfied: Vec<[u16; ROWS]>,
    valid: Vec<[u16; ROWS]>,
    /// Per side, both in one word as the first and as the second of two factors.
    first: Vec<[u64; ROWS]>,
    second: Vec<[u64; ROWS]>,
    /// Per row, its words.
    words: Vec<u64>,
}

/// How many rows sixteen bits have room for, of products of at most `most` answers.
fn room(most: usize) -> u8 {
    u8::try_from(usize::from(u16::MAX) / (most * most).max(1)).unwrap_or(u8::MAX)
}

impl<'a> Counter<'a> {
    /// Of no group yet, for rows of answers to `items`.
    pub(crate) fn new(kept: &'a Kept, items: usize) -> Self {
        let wide: Vec<usize> =
            (0..kept.ratios.len()).filter(|&r| kept.ratios[r].len() > 1).collect();
        let mut sides = wide.clone();
        sides.extend(kept.pairs.iter().flat_map(|(one, other)| [*one, *other]));
        sides.sort_unstable();
        sides.dedup();
        let side = |ratio: &usize| sides.binary_search(ratio).expect("it is among them");
        let products = wide
            .iter()
            .map(|ratio| (side(ratio), side(ratio)))
            .chain(kept.pairs.iter().map(|(one, other)| (side(one), side(other))))
            .collect::<Vec<_>>();
        let most = sides.iter().map(|ratio| kept.ratios[*ratio].len()).max().unwrap_or(1);
        let each = if most > FEW { 2 } else { 1 };
        // Wide words have room for more rows than bytes, of as many items as there are.
        let room = if most > FEW { u8::MAX } else { room(most) };
        let block = Block {
            packed: vec![[0; ROWS]; items.div_ceil(PACKED)],
            satisfied: vec![[0; ROWS]; sides.len()],
            valid: vec![[0; ROWS]; sides.len()],
            first: vec![[0; ROWS]; sides.len()],
            second: vec![[0; ROWS]; sides.len()],
            words: vec![0; ROWS * (each * products.len() + wide.len().div_ceil(8))],
        };
        let (lanes, words, pending, sums) = Default::default();
        Self { kept, items, wide, products, sides, lanes, each, room, words, pending, sums, block }
    }

    fn words(&self) -> usize {
        self.each * self.products.len() + self.wide.len().div_ceil(8)
    }

    fn sums(&self) -> usize {
        1 + 4 * self.items + 4 * self.products.len() + self.wide.len()
    }

    /// The bytes that a group takes.
    pub(crate) fn bytes_of_a_group(&self) -> usize {
        LANES * self.block.packed.len() + 8 * (self.words() + self.sums()) + 1
    }

    /// How many groups there are.
    pub(crate) fn groups(&self) -> usize {
        self.pending.len()
    }

    /// Makes room for one more group.
    pub(crate) fn add_group(&mut self) {
        self.lanes.resize(self.lanes.len() + self.block.packed.len(), [0; LANES]);
        self.words.resize(self.words.len() + self.words(), 0);
        self.sums.resize(self.sums.len() + self.sums(), 0);
        self.pending.push(0);
    }

    /// Counts whole columns of answers by item into the first group.
    pub(crate) fn add_all(&mut self, classes: &[Vec<u8>]) {
        let rows = classes.first().map_or(0, Vec::len);
        for start in (0..rows).step_by(ROWS) {
            let len = ROWS.min(rows - start);
            self.add(&[0; ROWS][..len], |item| &classes[item][start..start + len]);
        }
    }

    /// Counts at most [`ROWS`] rows: their groups, and by item what their answers
    /// count as ([`AnswerClass`]).
    pub(crate) fn add<'b>(&mut self, groups: &[u32], classes: impl Fn(usize) -> &'b [u8]) {
        self.pack(&classes, groups.len());
        self.multiply(&classes, groups.len());
        let (bytes, words) = (self.block.packed.len(), self.words());
        for (row, group) in groups.iter().enumerate() {
            if *group == NOWHERE {
                continue;
            }
            let group = *group as usize;
            let lanes = &mut self.lanes[group * bytes..][..bytes];
            for (lanes, packed) in lanes.iter_mut().zip(&self.block.packed) {
                let ones = &ONE_EACH[usize::from(packed[row])];
                for (sum, one) in lanes.iter_mut().zip(ones) {
                    *sum = sum.wrapping_add(*one);
                }
            }
            let own = &self.block.words[row * words..][..words];
            for (sum, word) in self.words[group * words..][..words].iter_mut().zip(own) {
                *sum = sum.wrapping_add(*word);
            }
            self.pending[group] += 1;
            if self.pending[group] == self.room {
                self.empty(group);
            }
        }
    }

    fn pack<'b>(&mut self, classes: &impl Fn(usize) -> &'b [u8], rows: usize) {
        const NONE: [u8; ROWS] = [AnswerClass::Unanswered as u8; ROWS];
        let items = self.items;
        let column = |item| if item < items { classes(item) } else { &NONE[..rows] };
        for (place, packed) in self.block.packed.iter_mut().enumerate() {
            let [a, b, c, d] = std::array::from_fn(|answer| column(PACKED * place + answer));
            let answers = a.iter().zip(b).zip(c.iter().zip(d));
            for (packed, ((a, b), (c, d))) in packed.iter_mut().zip(answers) {
                *packed = a | b << 2 | c << 4 | d << 6;
            }
        }
    }

    fn multiply<'b>(&mut self, classes: &impl Fn(usize) -> &'b [u8], rows: usize) {
        let words = self.words();
        if words == 0 {
            return;
        }
        let Block { satisfied, valid, first, second, words: block, .. } = &mut self.block;
        for (side, ratio) in self.sides.iter().enumerate() {
            let (num, den) = (&mut satisfied[side][..rows], &mut valid[side][..rows]);
            num.fill(0);
            den.fill(0);
            // A byte has room for that many answers, and bytes are added fastest.
            for items in self.kept.ratios[*ratio].chunks(usize::from(u8::MAX)) {
                let (mut few_num, mut few_den) = ([0_u8; ROWS], [0_u8; ROWS]);
                for &item in items {
                    let few = few_num.iter_mut().zip(&mut few_den);
                    for ((num, den), &class) in few.zip(classes(item)) {
                        *num += u8::from(class == AnswerClass::Satisfied as u8);
                        *den += u8::from(class >= AnswerClass::NotSatisfied as u8);
                    }
                }
                for ((num, den), (few_num, few_den)) in
                    num.iter_mut().zip(den.iter_mut()).zip(few_num.iter().zip(&few_den))
                {
                    *num += u16::from(*few_num);
                    *den += u16::from(*few_den);
                }
            }
        }
        for (side, (first, second)) in first.iter_mut().zip(second.iter_mut()).enumerate() {
            let answers = satisfied[side][..rows].iter().zip(&valid[side]);
            for (((num, den), first), second) in answers.zip(first).zip(second) {
                let (num, den) = (u64::from(*num), u64::from(*den));
                *first = num | den << 32;
                *second = num | den << (16 * self.each);
            }
        }
        for (place, &(one, other)) in self.products.iter().enumerate() {
            let own = block.chunks_exact_mut(words);
            let factors = first[one][..rows].iter().zip(&second[other]);
            if self.each == 1 {
                for (own, (one, other)) in own.zip(factors) {
                    own[place] = one * other;
                }
                continue;
            }
            for (own, (one, other)) in own.zip(factors) {
                own[2 * place] = (one & u64::from(u32::MAX)) * other;
                own[2 * place + 1] = (one >> 32) * other;
            }
        }
        for (word, ratios) in self.wide.chunks(8).enumerate() {
            let mut any = [0_u64; ROWS];
            for (place, ratio) in ratios.iter().enumerate() {
                let side = self.sides.binary_search(ratio).expect("it is among them");
                for (any, den) in any.iter_mut().zip(&valid[side]) {
                    *any |= u64::from(*den > 0) << (8 * place);
                }
            }
            let word = self.each * self.products.len() + word;
            for (own, any) in block.chunks_exact_mut(words).zip(any) {
                own[word] = any;
            }
        }
    }

    /// Brings the bytes of a group into its sums.
    fn empty(&mut self, group: usize) {
        let (bytes, words, sums) = (self.block.packed.len(), self.words(), self.sums());
        let sums = &mut self.sums[group * sums..][..sums];
        let (respondents, sums) = sums.split_first_mut().expect("the respondents come first");
        *respondents += u64::from(std::mem::take(&mut self.pending[group]));
        let (answers, sums) = sums.split_at_mut(4 * self.items);
        let lanes = self.lanes[group * bytes..][..bytes].as_flattened_mut();
        for (sum, lane) in answers.iter_mut().zip(&*lanes) {
            *sum += u64::from(*lane);
        }
        lanes.fill(0);
        let words = &mut self.words[group * words..][..words];
        let (parts, people) = words.split_at(self.each * self.products.len());
        let (products, wide) = sums.split_at_mut(4 * self.products.len());
        let bits = 16 * self.each;
        for (sums, word) in products.chunks_exact_mut(4 / self.each).zip(parts) {
            for (place, sum) in sums.iter_mut().enumerate() {
                *sum += word >> (place * bits) & ((1 << bits) - 1);
            }
        }
        for (sum, one) in wide.iter_mut().zip(people.iter().flat_map(|word| word.to_le_bytes())) {
            *sum += u64::from(one);
        }
        words.fill(0);
    }

    /// The sums of each group.
    pub(crate) fn finish(mut self) -> impl Iterator<Item = Tally> + use<'a> {
        (0..self.groups()).for_each(|group| self.empty(group));
        (0..self.groups()).map(move |group| self.tally(group))
    }

    fn tally(&self, group: usize) -> Tally {
        let sums = &self.sums[group * self.sums()..][..self.sums()];
        let (answers, sums) = sums[1..].split_at(4 * self.items);
        let (products, wide) = sums.split_at(4 * self.products.len());
        let counts = |item: usize| {
            let of = |class: AnswerClass| answers[4 * item + class as usize];
            Counts {
                satisfied: of(AnswerClass::Satisfied),
                not_satisfied: of(AnswerClass::NotSatisfied),
                no_opinion: of(AnswerClass::NoOpinion),
                unanswered: of(AnswerClass::Unanswered),
            }
        };
        let mut products = products.chunks_exact(4).map(|sums| Products {
            satisfied_satisfied: sums[0],
            satisfied_valid: sums[1],
            valid_satisfied: sums[2],
            valid_valid: sums[3],
        });
        let mut wide = wide.iter();
        let sums = self.kept.ratios.iter().map(|items| {
            let counts = items.iter().map(|&i| counts(i)).fold(Counts::default(), Counts::add);
            if let [_] = items[..] {
                // An answer is satisfied, valid or not: its squares are its counts.
                let (satisfied, valid) = (counts.satisfied, counts.valid());
                let squares = Products {
                    satisfied_satisfied: satisfied,
                    satisfied_valid: satisfied,
                    valid_satisfied: satisfied,
                    valid_valid: valid,
                };
                return Sums { counts, people: valid, squares };
            }
            let people = *wide.next().expect("a sum for each ratio of several items");
            let squares = products.next().expect("products of each ratio with itself");
            Sums { counts, people, squares }
        });
        let sums_of_ratios = sums.collect();
        Tally {
            respondents: self.sums[group * self.sums()],
            sums: sums_of_ratios,
            products: products.collect(),
        }
    }
}
