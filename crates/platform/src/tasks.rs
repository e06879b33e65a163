//! Every task of the server: named, counted, ended. The only place that calls `tokio::spawn`.

use std::{
    any::Any,
    collections::BTreeMap,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::FutureExt;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};
use tokio::{task::AbortHandle, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{Instrument, error, info_span};

/// The tasks of one process. A clone is another handle on the same ones.
#[derive(Clone, Default)]
pub struct Tasks(Arc<Inner>);

#[derive(Default)]
struct Inner {
    tracker: TaskTracker,
    stopping: CancellationToken,
    running: Mutex<Running>,
    metrics: Metrics,
}

/// By number, in the order of their start. The handle is there as soon as `spawn` has returned.
#[derive(Default)]
struct Running {
    last: u64,
    tasks: BTreeMap<u64, (&'static str, Option<AbortHandle>)>,
}

impl Tasks {
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts a task. A panic in it is logged and counted, and ends only it.
    ///
    /// Who works without end listens to [`Self::stopping`]; who does not is cut off when the grace of [`Self::stop`] is over.
    #[allow(clippy::disallowed_methods, reason = "the one place that spawns")]
    pub fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        let entry = self.enter(name);
        let id = entry.id;
        let counted = async move {
            if let Err(panic) = AssertUnwindSafe(task).catch_unwind().await {
                entry.tasks.0.metrics.panics.get_or_create(&entry.label()).inc();
                error!(task = name, panic = said(&*panic), "a task panicked");
            }
        };
        let handle = self.0.tracker.spawn(counted.instrument(info_span!(parent: None, "task", name))).abort_handle();
        if let Some((_, abort)) = self.running().tasks.get_mut(&id) {
            *abort = Some(handle.clone());
        }
        handle
    }

    /// Told when the server stops: finish what must be finished, take nothing new.
    pub fn stopping(&self) -> &CancellationToken {
        &self.0.stopping
    }

    /// Tells every task to stop, and waits. Answers with the names of those that had not ended after `grace`: these are cut off.
    pub async fn stop(&self, grace: Duration) -> Vec<&'static str> {
        self.0.stopping.cancel();
        self.0.tracker.close();
        if timeout(grace, self.0.tracker.wait()).await.is_ok() {
            return vec![];
        }
        let late: Vec<_> = self.running().tasks.values().cloned().collect();
        late.iter().filter_map(|(_, abort)| abort.as_ref()).for_each(AbortHandle::abort);
        late.into_iter().map(|(name, _)| name).collect()
    }

    pub fn register(&self, registry: &mut Registry) {
        self.0.metrics.register(registry);
    }

    fn enter(&self, name: &'static str) -> Entry {
        let mut running = self.running();
        running.last += 1;
        let id = running.last;
        running.tasks.insert(id, (name, None));
        drop(running);
        let entry = Entry { tasks: self.clone(), id, name };
        self.0.metrics.running.get_or_create(&entry.label()).inc();
        entry
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.0.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running task's line in the list. However the task ends, its future is dropped, and this with it.
struct Entry {
    tasks: Tasks,
    id: u64,
    name: &'static str,
}

impl Entry {
    const fn label(&self) -> Label {
        Label { task: self.name }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.tasks.running().tasks.remove(&self.id);
        self.tasks.0.metrics.running.get_or_create(&self.label()).dec();
    }
}

fn said(panic: &(dyn Any + Send)) -> &str {
    panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text")
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Label {
    task: &'static str,
}

#[derive(Clone, Default)]
struct Metrics {
    running: Family<Label, Gauge>,
    panics: Family<Label, Counter>,
}

impl Metrics {
    fn register(&self, registry: &mut Registry) {
        registry.register("tasks_running", "Tasks that run now, by name", self.running.clone());
        registry.register("tasks_panics", "Panics caught at the edge of a task: each is a bug", self.panics.clone());
    }
}
