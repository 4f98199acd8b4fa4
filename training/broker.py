"""How brokers are reached: the settings `kafka.ssl` and `kafka.sasl` as options of the Spark Kafka source.

A specification only says where a secret is found, an environment variable or a file of the driver; the driver reads
it and hands the value to the executors with the options of the source.
"""

import os

from training.failure import TrainingError

MODULES = {
    "plain": "org.apache.kafka.common.security.plain.PlainLoginModule",
    "scram-sha-256": "org.apache.kafka.common.security.scram.ScramLoginModule",
    "scram-sha-512": "org.apache.kafka.common.security.scram.ScramLoginModule",
}


def broker_options(source):
    """Options of the source; certificates go inside them as text, so that no executor needs a file."""
    ssl, sasl = source.get("ssl"), source.get("sasl")
    protocol = ("SASL_" if sasl else "") + ("SSL" if ssl is not None else "PLAINTEXT")
    options = {"kafka.bootstrap.servers": source["brokers"], "kafka.security.protocol": protocol}
    if ssl is not None:
        options |= _tls(ssl)
    if sasl:
        options |= _sign_in(sasl)
    return options


def _tls(ssl):
    options = {}
    if "ca" in ssl:
        options["kafka.ssl.truststore.type"] = "PEM"
        options["kafka.ssl.truststore.certificates"] = _read(ssl["ca"], "kafka.ssl.ca")
    if "certificate" in ssl:
        options["kafka.ssl.keystore.type"] = "PEM"
        options["kafka.ssl.keystore.certificate.chain"] = _read(ssl["certificate"], "kafka.ssl.certificate")
        options["kafka.ssl.keystore.key"] = secret(ssl["key"], "kafka.ssl.key")
    if "passphrase" in ssl:
        options["kafka.ssl.key.password"] = secret(ssl["passphrase"], "kafka.ssl.passphrase")
    return options


def _sign_in(sasl):
    mechanism = sasl["mechanism"]
    password = secret(sasl["password"], "kafka.sasl.password")
    login = f"{MODULES[mechanism]} required username={_quoted(sasl['username'])} password={_quoted(password)};"
    return {"kafka.sasl.mechanism": mechanism.upper(), "kafka.sasl.jaas.config": login}


def _quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def secret(place, name):
    if "file" in place:
        return _read(place["file"], name).strip()
    value = os.environ.get(place["env"])
    if not value:
        raise TrainingError(f"the driver has no environment variable {place['env']} for {name}")
    return value


def _read(path, name):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError as error:
        raise TrainingError(f"the driver cannot read {path} for {name}: {error.strerror}") from error
