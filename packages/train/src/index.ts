// Encoders, optimisers and training loops are exported here.
export {};
