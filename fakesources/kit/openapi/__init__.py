"""OpenAPI documents as stateful fakes: reading of documents, a guess of what operations do, and its handlers."""
