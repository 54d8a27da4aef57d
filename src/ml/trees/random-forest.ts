export const randomForest = (_: object): never => { throw new Error(); };
