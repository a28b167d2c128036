//! The queues that a hand-over is made of: lock-free ones in the product, others under a model checker.

use crossbeam::queue::ArrayQueue;

/// A bounded first-in, first-out queue that any thread may use. Every operation takes effect at one moment.
pub trait Queue<T> {
    /// An empty queue with room for `capacity` items, at least 1.
    fn bounded(capacity: usize) -> Self;
    /// Appends an item.
    ///
    /// # Errors
    ///
    /// Returns the item if the queue is full.
    fn push(&self, item: T) -> Result<(), T>;
    /// Appends an item; if the queue is full, in place of the oldest, which is returned.
    fn force_push(&self, item: T) -> Option<T>;
    /// Takes the oldest item.
    fn pop(&self) -> Option<T>;
    /// Whether nothing can be appended at this moment.
    fn is_full(&self) -> bool;
}

/// A kind of queue, whatever it holds.
pub trait Queues {
    /// The queue of items of one type.
    type Of<T>: Queue<T>;
}

/// Lock-free queues, safe on the audio thread.
pub struct LockFree;

impl Queues for LockFree {
    type Of<T> = ArrayQueue<T>;
}

impl<T> Queue<T> for ArrayQueue<T> {
    fn bounded(capacity: usize) -> Self {
        Self::new(capacity)
    }

    fn push(&self, item: T) -> Result<(), T> {
        Self::push(self, item)
    }

    fn force_push(&self, item: T) -> Option<T> {
        Self::force_push(self, item)
    }

    fn pop(&self) -> Option<T> {
        Self::pop(self)
    }

    fn is_full(&self) -> bool {
        Self::is_full(self)
    }
}
