/// Where a block stands in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Where it should.
    Right,
    /// Blocks before it, from this one on, are missing.
    AfterGap(u64),
    /// In the place of this one.
    InsteadOf(u64),
    /// One too many, before this one.
    Extra(u64),
}

/// Numbers blocks as they come. One fault does not make all that follows look wrong: what a number out of order
/// means is decided by the number after it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Order {
    next: u64,
}

impl Order {
    /// The number that is due.
    pub(super) fn next(self) -> u64 {
        self.next
    }

    /// Places the next block, given the number of the one that follows it.
    pub(super) fn place(&mut self, number: u64, following: Option<u64>) -> Place {
        let due = self.next;
        let swapped = number.checked_sub(1) == Some(due) && following == Some(due);
        let (place, next) = if number == due {
            (Place::Right, due.saturating_add(1))
        } else if following == Some(due) && !swapped {
            (Place::Extra(due), due)
        } else if number > due && following.is_none_or(|following| following > number) {
            (Place::AfterGap(due), number.saturating_add(1))
        } else if following.is_none() {
            (Place::Extra(due), due)
        } else {
            (Place::InsteadOf(due), due.saturating_add(1))
        };
        self.next = next;
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(numbers: &[u64]) -> Vec<(u64, Place)> {
        let mut order = Order::default();
        let following = numbers.iter().skip(1).copied().map(Some).chain([None]);
        numbers
            .iter()
            .zip(following)
            .map(|(number, following)| (*number, order.place(*number, following)))
            .collect()
    }

    fn faults(numbers: &[u64]) -> Vec<(u64, Place)> {
        places(numbers).into_iter().filter(|(_, place)| *place != Place::Right).collect()
    }

    #[test]
    fn one_change_is_one_fault_or_names_both_blocks() {
        assert_eq!(faults(&[0, 1, 2, 3]), []);
        assert_eq!(faults(&[0, 1, 3, 4, 5]), [(3, Place::AfterGap(2))]);
        assert_eq!(faults(&[2, 3, 4]), [(2, Place::AfterGap(0))]);
        assert_eq!(faults(&[0, 1, 2, 9]), [(9, Place::AfterGap(3))]);
        assert_eq!(
            faults(&[0, 2, 4, 6]),
            [(2, Place::AfterGap(1)), (4, Place::AfterGap(3)), (6, Place::AfterGap(5))]
        );
        assert_eq!(faults(&[0, 2, 1, 3, 4]), [(2, Place::InsteadOf(1)), (1, Place::InsteadOf(2))]);
        assert_eq!(faults(&[0, 4, 2, 3, 1, 5]), [(4, Place::InsteadOf(1)), (1, Place::InsteadOf(4))]);
        assert_eq!(faults(&[0, 1, 2, 1, 3]), [(1, Place::Extra(3))]);
        assert_eq!(faults(&[0, 1, 1, 2]), [(1, Place::Extra(2))]);
        assert_eq!(faults(&[0, 1, 2, 1]), [(1, Place::Extra(3))]);
    }
}
