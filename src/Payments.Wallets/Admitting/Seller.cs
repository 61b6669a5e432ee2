using Payments.Messaging;

namespace Payments.Wallets.Admitting;

/// <summary>What a seller's wallet may take, from now on.</summary>
internal sealed record Seller(string SellerId, bool Closed, IReadOnlyList<string>? Currencies) : IWrite;
