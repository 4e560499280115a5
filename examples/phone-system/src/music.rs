//! Music for those who wait: a few slow chords, made here, so that nobody needs a licence or another server.

use std::sync::LazyLock;

use axum::body::Bytes;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

/// Samples a second: what a telephone line carries.
const RATE: u32 = 8_000;
/// How long it is, in seconds: about so often a caller hears of their place.
const LENGTH: u32 = 16;
/// Four chords of three notes, in hertz: C, A minor, F, G.
const CHORDS: [[f32; 3]; 4] = [
    [261.63, 329.63, 392.00],
    [220.00, 261.63, 329.63],
    [174.61, 220.00, 261.63],
    [196.00, 246.94, 293.66],
];

static MUSIC: LazyLock<Bytes> = LazyLock::new(|| wav(&samples()).into());

/// `music.wav`: what is played to those who wait.
pub(crate) async fn plays() -> Response {
    let headers = [
        (CONTENT_TYPE, "audio/wav"),
        (CACHE_CONTROL, "public, max-age=86400"),
    ];
    (headers, MUSIC.clone()).into_response()
}

fn samples() -> Vec<i16> {
    let total = RATE * LENGTH;
    let each = total / CHORDS.len() as u32;
    (0..total)
        .map(|at| {
            let chord = CHORDS[(at / each) as usize % CHORDS.len()];
            let within = (at % each) as f32 / RATE as f32;
            // The notes of a chord begin one after the other, swell softly and die away.
            let notes = chord.iter().zip([0.0, 0.5, 1.0]).map(|(pitch, delay)| {
                let time = within - delay;
                if time < 0.0 {
                    return 0.0;
                }
                let swell = (time / 0.15).min(1.0) * (-time * 0.9).exp();
                let turn = std::f32::consts::TAU * pitch * time;
                swell * (turn.sin() + 0.25 * (2.0 * turn).sin())
            });
            (notes.sum::<f32>() * 0.16 * f32::from(i16::MAX)) as i16
        })
        .collect()
}

/// A WAV file of 16-bit samples, one channel.
fn wav(samples: &[i16]) -> Vec<u8> {
    let data = u32::try_from(samples.len() * 2).unwrap_or(u32::MAX);
    let mut file = Vec::with_capacity(samples.len() * 2 + 44);
    file.extend(b"RIFF");
    file.extend((36 + data).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16u32.to_le_bytes());
    file.extend(1u16.to_le_bytes());
    file.extend(1u16.to_le_bytes());
    file.extend(RATE.to_le_bytes());
    file.extend((RATE * 2).to_le_bytes());
    file.extend(2u16.to_le_bytes());
    file.extend(16u16.to_le_bytes());
    file.extend(b"data");
    file.extend(data.to_le_bytes());
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_sound_file_of_the_right_length_that_is_neither_silent_nor_clipped() {
        let samples = samples();
        assert_eq!(samples.len() as u32, RATE * LENGTH);
        let loudest = samples.iter().map(|sample| sample.unsigned_abs()).max();
        assert!(
            loudest.is_some_and(|loudest| (4_000..32_000).contains(&loudest)),
            "{loudest:?}"
        );
        let file = wav(&samples);
        assert_eq!(&file[..4], b"RIFF");
        assert_eq!(file.len(), 44 + samples.len() * 2);
    }
}
