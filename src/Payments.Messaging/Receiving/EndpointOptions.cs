using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Payments.Messaging;

/// <summary>Limits of one endpoint; bound from <c>Endpoints:{queue}</c>.</summary>
public sealed class EndpointOptions
{
    public const string Section = "Endpoints";

    /// <summary>
    /// Deliveries that are in flight in one process, and so also the limit of concurrent work. For an executor it is the
    /// bulkhead of its PSP, and 100 there; the front door has 250. What is in flight together is committed together. Default 1000,
    /// range 1 to 1000: fewer than a group and its successors hold leave the database idle between groups.
    /// </summary>
    [Range(1, 1000)]
    public ushort Prefetch { get; set; } = 1000;

    /// <summary>Repetitions of a delivery that failed for another reason than lost infrastructure. Default 4, range 1 to 20.</summary>
    [Range(1, 20)]
    public int Retries { get; set; } = 4;

    /// <summary>Wait before the first repetition; doubled, with jitter, before each further one. Default 100 ms, range 1 ms to 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:05")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <exception cref="OptionsValidationException">A setting is out of its range; the message names it.</exception>
    internal void ThrowIfWrong(string section)
    {
        var errors = new List<ValidationResult>();
        if (!Validator.TryValidateObject(this, new ValidationContext(this), errors, validateAllProperties: true))
            throw new OptionsValidationException(section, typeof(EndpointOptions), errors.Select(e => $"{section}: {e.ErrorMessage}"));
    }
}
