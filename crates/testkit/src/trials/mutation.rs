/// Makes broken inputs of good ones. The same seed makes the same inputs.
#[derive(Clone, Debug)]
pub struct Mutation {
    state: u64,
}

impl Mutation {
    /// Returns mutations that follow from a seed.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// Returns an input of the corpus, changed in one to four places: bytes changed, left out, repeated or swapped,
    /// words of the corpus put in, the rest replaced by that of another input.
    ///
    /// # Panics
    /// When the corpus is empty.
    pub fn next(&mut self, corpus: &[Vec<u8>], words: &[String]) -> Vec<u8> {
        let mut input = self.one_of(corpus).clone();
        for _ in 0..=self.below(3) {
            let (start, end) = self.range(&input);
            match self.below(7) {
                0 => input
                    .insert(start, self.one_of(b"\"'\\$%{}[]()<>.,:=?!&|-+*/#~ \n0123456789ax_").to_owned()),
                1 => drop(input.drain(start..end)),
                2 => {
                    let repeated = input[start..end].repeat(1 + self.below(8));
                    input.splice(end..end, repeated);
                }
                3 => {
                    let word = self.one_of(words).as_bytes().to_vec();
                    input.splice(start..start, word);
                }
                4 => {
                    let other = self.one_of(corpus);
                    let from = self.below(other.len() + 1);
                    input.truncate(start);
                    input.extend_from_slice(&other[from..]);
                }
                5 => input[start..end].reverse(),
                _ => {
                    if let Some(byte) = input.get_mut(start) {
                        *byte = self.random().to_le_bytes()[0];
                    }
                }
            }
        }
        input.truncate(super::LONGEST);
        input
    }

    fn one_of<'i, T>(&mut self, items: &'i [T]) -> &'i T {
        &items[self.below(items.len())]
    }

    /// Returns a part of an input, mostly a short one.
    fn range(&mut self, input: &[u8]) -> (usize, usize) {
        let start = self.below(input.len() + 1);
        let end = (start + self.below(20)).min(input.len());
        (start, end)
    }

    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX);
        usize::try_from(self.random() % bound).unwrap_or_default()
    }

    /// Returns the next number of the sequence known as SplitMix64.
    fn random(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
