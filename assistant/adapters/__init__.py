"""The impure edge: brokers, stores and engines behind protocols."""
