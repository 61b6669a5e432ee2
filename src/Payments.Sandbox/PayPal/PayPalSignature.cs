using System.Globalization;
using System.Text;

namespace Payments.Sandbox.PayPal;

/// <summary>What PayPal signs of a notification: not the body, but a checksum of it.</summary>
/// <param name="TransmissionId">Unique per notification.</param>
/// <param name="Time">As it stands in the header.</param>
/// <param name="WebhookId">The id of the webhook, which only PayPal and its owner know.</param>
/// <param name="Body">As sent.</param>
public sealed record PayPalSignature(string TransmissionId, string Time, string WebhookId, byte[] Body)
{
    private const uint Polynomial = 0xEDB88320;

    /// <summary>Joined by bars, the checksum as an unsigned decimal.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{TransmissionId}|{Time}|{WebhookId}|{Checksum(Body)}");

    public byte[] ToBytes() => Encoding.UTF8.GetBytes(ToString());

    /// <summary>CRC-32 as in zlib, bit by bit: written anew here, so that an error shows.</summary>
    private static uint Checksum(byte[] body)
    {
        var sum = uint.MaxValue;
        foreach (var one in body)
        {
            sum ^= one;
            for (var bit = 0; bit < 8; bit++)
                sum = (sum >> 1) ^ ((sum & 1) * Polynomial);
        }

        return ~sum;
    }
}
