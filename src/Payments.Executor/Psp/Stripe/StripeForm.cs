using System.Globalization;
using System.Text;

namespace Payments.Executor.Psp.Stripe;

/// <summary>
/// A form-urlencoded body in the order its fields were added, so that the same operation gives the same bytes.
/// </summary>
internal sealed class StripeForm
{
    public const string ContentType = "application/x-www-form-urlencoded";

    private readonly StringBuilder _text = new();

    public StripeForm Add(string name, string value)
    {
        if (_text.Length > 0)
            _text.Append('&');
        _text.Append(name).Append('=').Append(Uri.EscapeDataString(value));
        return this;
    }

    public StripeForm Add(string name, long value) => Add(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Our three ids: how a look-up and a settlement file lead back to the operation.</summary>
    public StripeForm AddIds(PspOperation operation) =>
        Add("metadata[payment_id]", operation.PaymentId)
            .Add("metadata[order_id]", operation.OrderId)
            .Add("metadata[operation_id]", operation.OperationId);

    public byte[] ToBytes() => Encoding.ASCII.GetBytes(_text.ToString());
}
