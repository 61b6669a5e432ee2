using Payments.Wallets.Remembering;

namespace Payments.Wallets.Crediting;

/// <summary>Which rows a credit is decided over.</summary>
internal sealed record CreditKey(string OperationId, IReadOnlyList<string> SellerIds);

/// <summary>What a credit is decided over. Accounts are not among it: a credit adds, whatever is there.</summary>
/// <param name="Now">The database clock.</param>
/// <param name="Operation">What is known under this operation id.</param>
/// <param name="Sellers">The settings of the lines' sellers, those that have one.</param>
internal sealed record CreditRows(
    DateTimeOffset Now, Operation? Operation, IReadOnlyDictionary<string, SellerSetting> Sellers);

/// <summary>What a seller's wallet may take.</summary>
/// <param name="Closed">No credits at all.</param>
/// <param name="Currencies">ISO 4217 codes; null: every currency.</param>
internal sealed record SellerSetting(bool Closed, IReadOnlyList<string>? Currencies);
