//! An organisation's own models from files.

use std::{fs, path::Path, sync::Arc};

use anyhow::{Context, Result};
use segue_understanding::{ConversationHead, HeadLabel, IntentModel, OwnModels};

/// The models of these files; none where no file is given.
pub fn read(intents: Option<&Path>, transfer: Option<&Path>) -> Result<OwnModels> {
    let bytes = |path: &Path| {
        fs::read(path).with_context(|| format!("{} cannot be opened; check the path", path.display()))
    };
    let intents = intents.map(|path| -> Result<_> {
        let model = IntentModel::from_bytes(&bytes(path)?).with_context(|| path.display().to_string())?;
        Ok(Arc::new(model))
    });
    let transfer = transfer.map(|path| -> Result<_> {
        let head = ConversationHead::from_bytes(HeadLabel::NeedsHuman, &bytes(path)?);
        Ok(Arc::new(head.with_context(|| path.display().to_string())?))
    });
    Ok(OwnModels { intents: intents.transpose()?, transfer: transfer.transpose()? })
}
