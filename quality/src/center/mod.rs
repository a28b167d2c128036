//! Extraction of the centre, judged on mixes whose parts are known.
