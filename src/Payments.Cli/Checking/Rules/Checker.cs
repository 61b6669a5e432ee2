using Payments.Cli.Checking.Evidence;

namespace Payments.Cli.Checking.Rules;

/// <summary>One invariant: looks at every payment, then at the totals. It reads nothing by itself.</summary>
internal abstract class Checker(string name)
{
    private readonly List<string> _violations = [];

    public CheckResult Result => new(name, Examined, Moving, _violations);

    protected long Examined { get; set; }

    protected long Moving { get; set; }

    public virtual void Examine(PaymentEvidence payment)
    {
    }

    public virtual void Examine(Totals totals)
    {
    }

    protected void Violate(string sentence) => _violations.Add(sentence);

    /// <summary>Counts the payment; false when it is moving and to be left out.</summary>
    protected bool Take(PaymentEvidence payment)
    {
        if (payment.Settled)
            Examined++;
        else
            Moving++;
        return payment.Settled;
    }
}
