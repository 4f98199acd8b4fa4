"""Runtime of the models that the tests register: one tree with one split, read from model.json."""

import asyncio
import json
import math

import numpy as np
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse
from mlserver.utils import get_model_uri


class Stump(MLModel):
    async def load(self):
        with open(await get_model_uri(self.settings)) as file:
            model = json.load(file)
        [[feature, threshold, _, _, _], [low], [high]] = model["trees"][0]
        assert feature == 0, "a stump splits its first feature"
        self.threshold, self.low, self.high = threshold, low, high
        # As a runtime does that lets others run while it loads.
        if "loadSeconds" in model:
            await asyncio.sleep(model["loadSeconds"])
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        amount = np.asarray(self.decode(payload.inputs[0]), dtype=float).reshape(-1)
        sums = np.where(amount <= self.threshold, self.low, self.high)
        scores = np.array([1 / (1 + math.exp(-value)) for value in sums])
        return InferenceResponse(
            model_name=self.name,
            model_version=self.version,
            outputs=[NumpyCodec.encode_output("score", scores)],
        )
