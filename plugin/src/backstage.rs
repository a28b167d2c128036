//! What passes between the audio thread and those who work for it: filters and engines.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use proscenium_dsp::design::DesignSettings;
use proscenium_dsp::engine::{DesignRequest, Engine, FilterSet, Handover};
use proscenium_dsp::upmix::UpmixMode;

use crate::workshop::Workshop;

/// A programme position that has always been reached: such filters are taken up at once.
const AT_ONCE: i64 = i64::MIN / 2;

/// An engine that the audio thread wants because the upmix mode has changed.
type EngineRequest = (UpmixMode, DesignSettings);

/// An engine and the queues for its filters. Each engine has its own, so that filters never reach one of another block
/// size, however late they come.
pub(crate) struct Station {
    pub(crate) engine: Engine,
    pub(crate) filters: Arc<Handover>,
}

impl Station {
    fn new(engine: Engine) -> Box<Self> {
        let filters = Arc::default();
        Box::new(Self { engine, filters })
    }
}

/// The makers' common knowledge.
struct Shop {
    /// Makes what the newest engine needs.
    workshop: Workshop,
    /// Where the newest engine gets its filters from.
    filters: Arc<Handover>,
    /// Orders taken so far.
    orders: u64,
    /// The latest order that was delivered.
    delivered: u64,
}

/// Filters to be made.
pub(crate) struct Order {
    workshop: Workshop,
    filters: Arc<Handover>,
    number: u64,
}

impl Order {
    fn make(&self, request: &DesignRequest) -> Option<FilterSet> {
        self.workshop.filters(request)
    }
}

/// One activation's queues, and what makers need. The queues are lock-free; the rest is not for the audio thread in real
/// time.
pub(crate) struct Backstage {
    /// The way of engines to the audio thread and back.
    pub(crate) engines: Handover<EngineRequest, Box<Station>>,
    shop: Mutex<Shop>,
}

impl Backstage {
    /// The first engine, and where others and their filters come from. `None` if the design of its filters failed.
    pub(crate) fn open(workshop: Workshop, settings: DesignSettings) -> Option<(Self, Box<Station>)> {
        let station = Station::new(workshop.engine(settings)?);
        let shop = Shop {
            workshop,
            filters: Arc::clone(&station.filters),
            orders: 0,
            delivered: 0,
        };
        let backstage = Self {
            engines: Handover::default(),
            shop: Mutex::new(shop),
        };
        Some((backstage, station))
    }

    fn shop(&self) -> MutexGuard<'_, Shop> {
        self.shop.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes an order. To be called before it is known what is wanted: of two orders, the later knows better.
    fn order(&self) -> Order {
        let mut shop = self.shop();
        shop.orders += 1;
        Order {
            workshop: shop.workshop.clone(),
            filters: Arc::clone(&shop.filters),
            number: shop.orders,
        }
    }

    /// Hands filters to the engine that they were ordered for, unless a later order has been delivered already.
    fn deliver(&self, order: &Order, set: FilterSet) {
        let mut shop = self.shop();
        if order.number > shop.delivered {
            shop.delivered = order.number;
            order.filters.publish(Arc::new(set));
        }
    }

    /// Makes and delivers filters for the newest engine, which has just asked for them. If that fails the filters in use
    /// stay.
    pub(crate) fn fulfil(&self, request: &DesignRequest) {
        self.complete(&self.order(), request);
    }

    /// Makes and delivers what was ordered, without holding the lock: nobody must wait for a design that they do not need.
    fn complete(&self, order: &Order, request: &DesignRequest) {
        if let Some(set) = order.make(request) {
            self.deliver(order, set);
        }
    }

    /// Main thread: has everything ready for parameters that were loaded while the plugin is active, so that they are
    /// heard from the first sample. `wanted` reads them; `may_replace_engine` where the host allows a new latency without
    /// reactivation.
    pub(crate) fn prepare(&self, wanted: impl Fn() -> EngineRequest, may_replace_engine: bool) {
        self.engines.free_retired();
        let order = self.order();
        let (upmix, settings) = wanted();
        if order.workshop.timing.upmix == upmix {
            let request = DesignRequest {
                settings,
                apply_at: AT_ONCE,
            };
            self.complete(&order, &request);
        } else if may_replace_engine {
            self.prepare_engine(upmix, settings);
        }
    }

    /// Makes an engine in another upmix mode, unless the newest has that mode.
    fn prepare_engine(&self, upmix: UpmixMode, settings: DesignSettings) {
        let mut shop = self.shop();
        if shop.workshop.timing.upmix == upmix {
            return;
        }
        let other = shop.workshop.with_upmix(upmix);
        if let Some(engine) = other.engine(settings) {
            let station = Station::new(engine);
            shop.workshop = other;
            shop.filters = Arc::clone(&station.filters);
            self.engines.publish(station);
        }
    }

    /// Design thread: does whatever there is to do; whether there was anything.
    pub(crate) fn serve(&self) -> bool {
        let engine = self.engines.take_request();
        if let Some((upmix, settings)) = engine {
            self.prepare_engine(upmix, settings);
        }
        // What one engine has asked for is made for that one, even if there is another meanwhile.
        let order = self.order();
        let filters = order.filters.take_request();
        if let Some(request) = filters {
            self.complete(&order, &request);
        }
        order.filters.free_retired();
        self.engines.free_retired();
        engine.is_some() || filters.is_some()
    }
}

#[cfg(test)]
mod tests;
