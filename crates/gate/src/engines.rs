//! What verbs are handed besides their transaction: one value of each type, put there when the server starts.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::Arc,
};

use carillon_core::Problem;

/// Keys to sign with, rules to heed, pools for slow work.
#[derive(Default, Clone)]
pub struct Engines(HashMap<TypeId, Arc<dyn Any + Send + Sync>>);

impl Engines {
    #[must_use]
    pub fn with<T: Send + Sync + 'static>(mut self, engine: T) -> Self {
        self.0.insert(TypeId::of::<T>(), Arc::new(engine));
        self
    }

    /// The engine of this type; a server that was started without it says so.
    pub fn get<T: Send + Sync + 'static>(&self) -> Result<&T, Problem> {
        self.0
            .get(&TypeId::of::<T>())
            .and_then(|engine| engine.downcast_ref())
            .ok_or_else(|| Problem::broken(format!("this process was started without {}", std::any::type_name::<T>())))
    }
}
