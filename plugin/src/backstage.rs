//! What passes between the audio thread and those who work for it: filters, rooms and engines.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::Thread;

use proscenium_dsp::design::{DesignSettings, RoomChoice};
use proscenium_dsp::engine::{DesignRequest, Engine, FilterSet, Handover, RoomDelivery, RoomHandover};
use proscenium_dsp::upmix::UpmixMode;

use crate::design_cache::acoustic_settings;
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
    pub(crate) rooms: Arc<RoomHandover>,
}

impl Station {
    fn new(engine: Engine) -> Box<Self> {
        Box::new(Self {
            engine,
            filters: Arc::default(),
            rooms: Arc::default(),
        })
    }
}

/// What the room's part of the preview depends on; `None` without a room.
fn room_settings(settings: &DesignSettings) -> Option<DesignSettings> {
    (settings.room != RoomChoice::Off).then(|| DesignSettings {
        device: settings.device,
        room: settings.room,
        ..acoustic_settings(settings)
    })
}

/// What the filters depend on.
fn filter_settings(settings: &DesignSettings) -> DesignSettings {
    DesignSettings {
        room: RoomChoice::Off,
        ..*settings
    }
}

/// The makers' common knowledge.
struct Shop {
    /// Makes what the newest engine needs.
    workshop: Workshop,
    /// Where the newest engine gets its filters from.
    filters: Arc<Handover>,
    rooms: Arc<RoomHandover>,
    /// Orders taken so far.
    orders: u64,
    /// The latest order that was delivered: its filters, and its room.
    delivered: u64,
    room_delivered: u64,
    /// What that was made for.
    filters_for: DesignSettings,
    room_for: Option<DesignSettings>,
}

/// Filters and a room to be made.
pub(crate) struct Order {
    workshop: Workshop,
    filters: Arc<Handover>,
    rooms: Arc<RoomHandover>,
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
    /// The latest room to be made by the thread for rooms.
    room_wanted: Mutex<Option<(Order, DesignRequest)>>,
    /// That thread. Without it, rooms are made on the spot.
    room_thread: OnceLock<Thread>,
}

impl Backstage {
    /// The first engine, and where others and their filters come from. `None` if the design of its filters failed.
    pub(crate) fn open(workshop: Workshop, settings: DesignSettings) -> Option<(Self, Box<Station>)> {
        let station = Station::new(workshop.engine(settings)?);
        let shop = Shop {
            workshop,
            filters: Arc::clone(&station.filters),
            rooms: Arc::clone(&station.rooms),
            orders: 0,
            delivered: 0,
            room_delivered: 0,
            filters_for: filter_settings(&settings),
            room_for: room_settings(&settings),
        };
        let backstage = Self {
            engines: Handover::default(),
            shop: Mutex::new(shop),
            room_wanted: Mutex::default(),
            room_thread: OnceLock::new(),
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
            rooms: Arc::clone(&shop.rooms),
            number: shop.orders,
        }
    }

    /// Hands filters to the engine that they were ordered for, unless it has the same, or a later order has been delivered
    /// already.
    fn deliver(&self, order: &Order, set: FilterSet) {
        let mut shop = self.shop();
        if order.number <= shop.delivered {
            return;
        }
        shop.delivered = order.number;
        let made_for = filter_settings(set.settings());
        // A change of the room alone leaves the filters as they are.
        if shop.filters_for != made_for || !Arc::ptr_eq(&order.filters, &shop.filters) {
            shop.filters_for = made_for;
            order.filters.publish(Arc::new(set));
        }
    }

    /// Whether a room has to be made: the engine has another one, and no later order has been delivered.
    fn needs_room(&self, order: &Order, request: &DesignRequest) -> bool {
        let mut shop = self.shop();
        if order.number <= shop.room_delivered {
            return false;
        }
        let has_it = shop.room_for == room_settings(&request.settings) && Arc::ptr_eq(&order.rooms, &shop.rooms);
        if has_it {
            // Earlier orders that are still being made come too late.
            shop.room_delivered = order.number;
        }
        !has_it
    }

    /// Hands a room to the engine that it was ordered for, unless a later order has been delivered already.
    fn deliver_room(&self, order: &Order, request: &DesignRequest, room: Box<RoomDelivery>) {
        let mut shop = self.shop();
        if order.number > shop.room_delivered {
            shop.room_delivered = order.number;
            if Arc::ptr_eq(&order.rooms, &shop.rooms) {
                shop.room_for = room_settings(&request.settings);
            }
            order.rooms.publish(room);
        }
    }

    /// Makes the room of an order, or has it made by the thread for rooms: it takes longer than filters, which come first.
    fn furnish(&self, order: Order, request: &DesignRequest) {
        match self.room_thread.get() {
            // The free field takes no time.
            Some(thread) if request.settings.room != RoomChoice::Off => {
                *self.wanted_room() = Some((order, *request));
                thread.unpark();
            }
            _ => self.make_room(&order, request),
        }
    }

    fn wanted_room(&self) -> MutexGuard<'_, Option<(Order, DesignRequest)>> {
        self.room_wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn make_room(&self, order: &Order, request: &DesignRequest) {
        if self.needs_room(order, request)
            && let Some(room) = order.workshop.room(request)
        {
            self.deliver_room(order, request, room);
        }
    }

    /// Says which thread calls [`Self::serve_room`] whenever it is unparked.
    pub(crate) fn set_room_thread(&self, thread: Thread) {
        let _ = self.room_thread.set(thread);
    }

    /// Thread for rooms: makes the room that was wanted last; whether there was one.
    pub(crate) fn serve_room(&self) -> bool {
        // Not locked while it is made.
        let wanted = self.wanted_room().take();
        if let Some((order, request)) = &wanted {
            self.make_room(order, request);
        }
        wanted.is_some()
    }

    /// Makes and delivers filters for the newest engine, which has just asked for them. If that fails the filters in use
    /// stay.
    pub(crate) fn fulfil(&self, request: &DesignRequest) {
        self.complete(self.order(), request);
    }

    /// Makes and delivers what was ordered, without holding the lock: nobody must wait for a design that they do not need.
    fn complete(&self, order: Order, request: &DesignRequest) {
        if let Some(set) = order.make(request) {
            self.deliver(&order, set);
            self.furnish(order, request);
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
            self.complete(order, &request);
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
            shop.rooms = Arc::clone(&station.rooms);
            (shop.filters_for, shop.room_for) = (filter_settings(&settings), room_settings(&settings));
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
        order.filters.free_retired();
        order.rooms.free_retired();
        if let Some(request) = filters {
            self.complete(order, &request);
        }
        self.engines.free_retired();
        engine.is_some() || filters.is_some()
    }
}

#[cfg(test)]
mod tests;
