//! Parameters: information, text, values.

use crate::instance::ClapHost;
use crate::{HostError, Result};
use clack_extensions::params::{ParamInfoBuffer, ParamInfoFlags, PluginParams};
use clack_host::events::event_types::ParamValueEvent;
use clack_host::events::spaces::CoreEventSpace;
use clack_host::prelude::*;
use std::ffi::CString;

/// A parameter as the plugin describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct ParamInfo {
    /// CLAP id.
    pub id: ClapId,
    /// Name as a host shows it.
    pub name: String,
    /// Least plain CLAP value.
    pub min: f64,
    /// Greatest plain CLAP value.
    pub max: f64,
    /// Default plain CLAP value.
    pub default: f64,
    /// Whether only whole values exist.
    pub stepped: bool,
    /// Whether a host may automate it.
    pub automatable: bool,
    /// Whether it is the host's bypass.
    pub bypass: bool,
}

/// A new parameter value at a frame of the programme.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ParamEvent {
    /// Frame, from the start of the block or of the render.
    pub frame: usize,
    /// Which parameter.
    pub id: ClapId,
    /// Plain CLAP value.
    pub value: f64,
}

/// What the plugin tells of a parameter that its editor changes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ParamNews {
    /// The user takes hold of it.
    Begin(ClapId),
    /// It has a new plain CLAP value.
    Value(ClapId, f64),
    /// The user lets go.
    End(ClapId),
}

/// A name that the plugin gave, as text.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Fills `buffer` with the events, whose frames are offsets into the block.
pub(crate) fn write_events(events: &[ParamEvent], buffer: &mut EventBuffer) {
    buffer.clear();
    for event in events {
        buffer.push(&ParamValueEvent::new(
            event.frame as u32,
            event.id,
            Pckn::match_all(),
            event.value,
        ));
    }
}

/// What a plugin's output events tell of parameters.
pub(crate) fn read_news(events: &EventBuffer) -> Vec<ParamNews> {
    let news = events.iter().filter_map(|event| match event.as_core_event()? {
        CoreEventSpace::ParamGestureBegin(event) => Some(ParamNews::Begin(event.param_id()?)),
        CoreEventSpace::ParamValue(event) => Some(ParamNews::Value(event.param_id()?, event.value())),
        CoreEventSpace::ParamGestureEnd(event) => Some(ParamNews::End(event.param_id()?)),
        _ => None,
    });
    news.collect()
}

impl ClapHost {
    /// All parameters in the plugin's order.
    ///
    /// # Errors
    /// When the plugin has no parameter extension.
    pub fn params(&mut self) -> Result<Vec<ParamInfo>> {
        let extension = self.params_extension()?;
        let handle = self.plugin.plugin_handle();
        Ok((0..extension.count(&handle))
            .filter_map(|index| {
                let mut buffer = ParamInfoBuffer::new();
                let info = extension.get_info(&handle, index, &mut buffer)?;
                Some(ParamInfo {
                    id: info.id,
                    name: text(info.name),
                    min: info.min_value,
                    max: info.max_value,
                    default: info.default_value,
                    stepped: info.flags.contains(ParamInfoFlags::IS_STEPPED),
                    automatable: info.flags.contains(ParamInfoFlags::IS_AUTOMATABLE),
                    bypass: info.flags.contains(ParamInfoFlags::IS_BYPASS),
                })
            })
            .collect())
    }

    /// The parameter of that name, without regard to case.
    ///
    /// # Errors
    /// When there is none.
    pub fn param(&mut self, name: &str) -> Result<ParamInfo> {
        let params = self.params()?;
        match params.iter().find(|param| param.name.eq_ignore_ascii_case(name)) {
            Some(param) => Ok(param.clone()),
            None => Err(HostError::UnknownParameter {
                wanted: name.to_owned(),
                available: params.into_iter().map(|param| param.name).collect(),
            }),
        }
    }

    /// The plain value that the plugin makes of a text.
    ///
    /// # Errors
    /// When the parameter does not exist or does not understand the text.
    pub fn text_to_value(&mut self, name: &str, text: &str) -> Result<f64> {
        let param = self.param(name)?;
        let extension = self.params_extension()?;
        let unknown = || HostError::UnknownText {
            parameter: name.to_owned(),
            text: text.to_owned(),
        };
        let c_text = CString::new(text).map_err(|_| unknown())?;
        extension
            .text_to_value(&self.plugin.plugin_handle(), param.id, &c_text)
            .ok_or_else(unknown)
    }

    /// The text that the plugin shows for a plain value.
    ///
    /// # Errors
    /// When the parameter does not exist or the plugin cannot say.
    pub fn value_to_text(&mut self, name: &str, value: f64) -> Result<String> {
        let param = self.param(name)?;
        let extension = self.params_extension()?;
        let mut buffer = [0; 256];
        let shown = extension
            .value_to_text(&self.plugin.plugin_handle(), param.id, value, &mut buffer)
            .map_err(|e| HostError::refused(format!("show {value} of '{name}' as text"), &e))?;
        Ok(text(shown))
    }

    /// The current plain value.
    ///
    /// # Errors
    /// When the parameter does not exist or the plugin cannot say.
    pub fn value(&mut self, name: &str) -> Result<f64> {
        let param = self.param(name)?;
        let extension = self.params_extension()?;
        extension
            .get_value(&self.plugin.plugin_handle(), param.id)
            .ok_or_else(|| HostError::refused(format!("tell the value of '{name}'"), "no value"))
    }

    /// Sets a plain value: at once while inactive, else with the first frame of the next block.
    ///
    /// # Errors
    /// When the parameter does not exist.
    pub fn set_value(&mut self, name: &str, value: f64) -> Result<()> {
        let event = ParamEvent {
            frame: 0,
            id: self.param(name)?.id,
            value,
        };
        if self.is_active() {
            self.pending.push(event);
            return Ok(());
        }
        let extension = self.params_extension()?;
        let Some(mut handle) = self.plugin.inactive_plugin_handle() else {
            return Ok(());
        };
        let mut input = EventBuffer::new();
        write_events(&[event], &mut input);
        let mut replies = EventBuffer::new();
        extension.flush(
            &mut handle,
            &InputEvents::from_buffer(&input),
            &mut OutputEvents::from_buffer(&mut replies),
        );
        Ok(())
    }

    /// Sets a value by the text that the plugin shows, as [`ClapHost::set_value`] does.
    ///
    /// # Errors
    /// When the parameter does not exist or does not understand the text.
    pub fn set_text(&mut self, name: &str, text: &str) -> Result<()> {
        let value = self.text_to_value(name, text)?;
        self.set_value(name, value)
    }

    /// An event that sets a parameter by text at a frame.
    ///
    /// # Errors
    /// When the parameter does not exist or does not understand the text.
    pub fn event(&mut self, frame: usize, name: &str, text: &str) -> Result<ParamEvent> {
        Ok(ParamEvent {
            frame,
            id: self.param(name)?.id,
            value: self.text_to_value(name, text)?,
        })
    }

    fn params_extension(&mut self) -> Result<PluginParams> {
        self.plugin
            .plugin_handle()
            .get_extension::<PluginParams>()
            .ok_or(HostError::MissingExtension("params"))
    }
}
