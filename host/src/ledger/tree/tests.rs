use tlog_tiles::tlog::{self, HashReader};

use super::*;

struct Stored(Vec<tlog::Hash>);

impl HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog::Hash>, tlog::Error> {
        Ok(indexes.iter().map(|index| self.0[*index as usize]).collect())
    }
}

#[test]
fn roots_are_those_of_a_full_tree() {
    let mut stored = Stored(Vec::new());
    let mut frontier = Frontier::default();
    assert_eq!(frontier.root(), Hash::of(b""));
    for number in 0..200_u64 {
        let block = Hash::of(&number.to_be_bytes());
        let added = tlog::stored_hashes(number, block.as_bytes(), &stored).unwrap();
        stored.0.extend(added);
        frontier.append(block);
        assert_eq!(frontier.root().as_bytes(), &tlog::tree_hash(number + 1, &stored).unwrap().0);
        assert_eq!(Frontier::decode(&frontier.encode()).unwrap(), frontier);
    }
}

#[test]
fn only_what_was_encoded_decodes() {
    let mut frontier = Frontier::default();
    (0..6_u8).for_each(|number| frontier.append(Hash::of(&[number])));
    let bytes = frontier.encode();
    assert_eq!(bytes.len(), 8 + 2 * 32);
    for broken in [&bytes[..7], &bytes[..8], &bytes[..bytes.len() - 1], &[bytes.clone(), vec![0]].concat()] {
        assert_eq!(Frontier::decode(broken), Err(FrontierError));
    }
    let mut other_size = bytes.clone();
    other_size[7] = 7;
    assert_eq!(Frontier::decode(&other_size), Err(FrontierError));
    assert_eq!(Frontier::decode(&[0xff; 8 + 64 * 32]), Err(FrontierError));
}
