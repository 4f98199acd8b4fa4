"""Asks a model through the vendor's own client; prints what it makes of the answers."""

import json
import sys

import numpy as np
import tritonclient.http as triton

client = triton.InferenceServerClient(sys.argv[1])


def ask(ages, cities):
    age = triton.InferInput("age", [len(ages), 1], "FP64")
    age.set_data_from_numpy(np.array(ages, dtype=np.float64).reshape(-1, 1), binary_data=False)
    city = triton.InferInput("city", [len(cities), 1], "BYTES")
    city.set_data_from_numpy(np.array(cities, dtype=object).reshape(-1, 1), binary_data=False)
    outputs = [triton.InferRequestedOutput("score", binary_data=False)]
    result = client.infer("people", [age, city], outputs=outputs)
    told = (result.get_response().get("parameters") or {}).get("guard")
    scores = [None if np.isnan(value) else value for value in result.as_numpy("score").reshape(-1)]
    return {"scores": scores, "guard": told and json.loads(told)}


answers = [ask([41, 70], ["a", "b"]), ask([41, 700, 70], [" a ", "b", "zz"])]
try:
    ask([700], ["a"])
except triton.InferenceServerException as error:
    refused = [error.status(), error.message()]
ready = [client.is_server_live(), client.is_server_ready(), client.is_model_ready("people")]
print(json.dumps({"ready": ready, "answers": answers, "refused": refused, "name": client.get_model_metadata("people")["name"]}))
