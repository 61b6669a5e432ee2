using Payments.Contracts;

namespace Payments.Wallets;

/// <summary>What wallets should do, as simply as it can be said: one command after the other, in memory.</summary>
internal sealed class WalletsModel
{
    private readonly Dictionary<string, object> _answers = [];
    private readonly HashSet<string> _tombstones = [];
    private readonly Dictionary<string, (bool Closed, IReadOnlyList<string>? Currencies)> _sellers = [];
    private readonly Dictionary<(string Operation, string Order), ModelLot> _lots = [];

    public Dictionary<(string Owner, string Currency), ModelAccount> Accounts { get; } = [];

    public IEnumerable<(string Order, ModelLot Lot)> Lots => _lots.Select(l => (l.Key.Order, l.Value));

    public void Update(UpdateSeller command) => _sellers[command.SellerId] = (command.Closed, command.Currencies);

    public object Credit(CreditWallets command)
    {
        if (_tombstones.Contains(command.OperationId))
            return new OperationAbandoned { PaymentId = command.PaymentId, OperationId = command.OperationId };
        if (_answers.TryGetValue(command.OperationId, out var known))
            return known;

        var rejected = command.Lines.Select(l => (l.OrderId, Reason: Refusal(l)))
            .Where(l => l.Reason is not null).Select(l => new LineRejection(l.OrderId, l.Reason!)).ToArray();
        var credited = rejected.Length > 0 && command.Atomic
            ? []
            : command.Lines.Where(l => rejected.All(r => r.OrderId != l.OrderId)).ToArray();
        foreach (var line in credited)
        {
            AccountOf(line).Pending += line.Amount.Amount;
            _lots[(command.OperationId, line.OrderId)] = new ModelLot(line.Amount.Amount);
        }

        return _answers[command.OperationId] = rejected.Length == 0
            ? new WalletsCredited { PaymentId = command.PaymentId, OperationId = command.OperationId }
            : new CreditRejected
            {
                PaymentId = command.PaymentId,
                OperationId = command.OperationId,
                Credited = [.. credited.Select(l => l.OrderId)],
                Rejected = rejected,
            };
    }

    public object Reverse(ReverseCredits command)
    {
        if (_answers.TryGetValue(command.OperationId, out var known))
            return known;
        if (!_answers.ContainsKey(command.Undoes))
            _tombstones.Add(command.Undoes);
        return _answers[command.OperationId] = new CreditsReversed
        {
            PaymentId = command.PaymentId,
            OperationId = command.OperationId,
            Lines = [.. command.Lines.Select(l => Reverse(command.Undoes, l))],
        };
    }

    public void Release(string operation, WalletLine line)
    {
        if (!_lots.TryGetValue((operation, line.OrderId), out var lot))
            return;
        AccountOf(line).Pending -= lot.Remaining;
        AccountOf(line).Available += lot.Remaining;
        lot.Remaining = 0;
    }

    private ReversedLine Reverse(string operation, WalletLine line)
    {
        if (!_lots.TryGetValue((operation, line.OrderId), out var lot) || lot.IsReversed)
            return Batch.Reversed(line, 0);
        var account = AccountOf(line);
        var fromAvailable = Math.Min(account.Available, lot.Credited - lot.Remaining);
        var answer = Batch.Reversed(line, lot.Remaining, fromAvailable, lot.Credited - lot.Remaining - fromAvailable);
        account.Pending -= answer.FromLot.Amount;
        account.Available -= answer.FromAvailable.Amount;
        account.Owed += answer.Receivable.Amount;
        lot.Remaining = 0;
        lot.IsReversed = true;
        return answer;
    }

    private string? Refusal(WalletLine line)
    {
        if (!_sellers.TryGetValue(line.SellerId, out var seller))
            return null;
        if (seller.Closed)
            return "account_closed";
        return seller.Currencies?.Contains(line.Amount.Currency.Code) == false ? "currency_not_enabled" : null;
    }

    private ModelAccount AccountOf(WalletLine line)
    {
        var key = (line.SellerId, line.Amount.Currency.Code);
        return Accounts.TryGetValue(key, out var account) ? account : Accounts[key] = new ModelAccount();
    }

    internal sealed class ModelAccount
    {
        public long Pending { get; set; }

        public long Available { get; set; }

        public long Owed { get; set; }
    }

    internal sealed class ModelLot(long credited)
    {
        public long Credited { get; } = credited;

        public long Remaining { get; set; } = credited;

        public bool IsReversed { get; set; }
    }
}
