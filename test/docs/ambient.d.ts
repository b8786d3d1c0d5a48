// What the documentation's examples presume: the business functions of their story, and packages they only mention.

declare function completePayment(orderId: string): Promise<{ id: string }>;
declare function dispatchShipment(orderId: string): Promise<void>;
