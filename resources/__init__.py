"""What ships beside the code: trained weights, recipes, a sample clip, the JSON Schema."""

from pathlib import Path

ROOT = Path(__file__).parent
WEIGHTS = ROOT / "weights"
ICONS = ROOT / "icons"
TRAINING_SENTENCES = ROOT / "training" / "sentences.json"
RECIPES = ROOT / "recipes"
SAMPLE = ROOT / "samples" / "sample.wav"
LANDMARK_SCHEMA = ROOT / "schema" / "visemo-landmarks-1.schema.json"
