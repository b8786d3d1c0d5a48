// Business functions that the examples of the documentation call without a declaration.

declare function completePayment(orderId: string): Promise<{ id: string }>;
declare function dispatchShipment(orderId: string): Promise<void>;
