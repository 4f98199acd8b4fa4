from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse
import numpy as np
class People(MLModel):
    async def load(self): return True
    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        cols = {i.name: self.decode(i) for i in payload.inputs}
        age = np.asarray(cols["age"], dtype=float).reshape(-1)
        return InferenceResponse(model_name=self.name, outputs=[NumpyCodec.encode_output("score", (age > 50).astype(float))])
