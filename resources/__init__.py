"""What ships beside the code: weights, recipes, a sample clip, the JSON Schema, a landmark map."""

from pathlib import Path

ROOT = Path(__file__).parent
WEIGHTS = ROOT / "weights"
ICONS = ROOT / "icons"
TRAINING_SENTENCES = ROOT / "training" / "sentences.json"
RECIPES = ROOT / "recipes"
SAMPLE = ROOT / "samples" / "sample.wav"
MEDIAPIPE_TO_IBUG68 = ROOT / "face" / "mediapipe_to_ibug68.json"
LANDMARK_SCHEMA = ROOT / "schema" / "visemo-landmarks-1.schema.json"
